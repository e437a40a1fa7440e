/* Una salida, como la lee quien sabe: lo que ha pasado delante, lo demás más apagado.
   - cada línea de registro, con su nivel y con lo que dice; sus identificadores, apagados;
   - de una traza, las líneas del programa del lector y el error; las de las bibliotecas,
     plegadas tras un botón;
   - cada ✓ que cita una línea de la página lleva a esa línea.
   Nada cambia el texto: lo que se copia es lo que imprimió el programa. */
(function () {
  "use strict"

  var SALIDAS = ".md-content .language-text pre > code"
  var PROBADO = "✓"
  /* Desde cuántas líneas seguidas merece la pena plegar. */
  var LARGA = 6

  var REGISTRO =
    /^((?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d[.,]\d{3} \| )(DEBUG|INFO|WARNING|ERROR|CRITICAL)( *\| .+? - )(.*)$/s
  var DESTACADO = new RegExp(
    [
      "(?<suave>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<=\\b(?:[Tt]ask|[Ff]low) run )'[^']+')",
      "(?<bien>\\bFinished in state Completed\\b)",
      "(?<mal>\\bFinished in state (?:Failed|Crashed|TimedOut|NotReady)\\b)",
    ].join("|"),
    "g",
  )
  var TRAZA = /^Traceback \(most recent call last\)/
  var ARCHIVO = /^ +File "(.+?)", line \d+/
  var DE_BIBLIOTECA = /[\\/]site-packages[\\/]|[\\/]lib[\\/]python3|^<frozen/

  function lineasDe(codigo) {
    return [].slice.call(codigo.querySelectorAll(":scope > span[id]"))
  }

  function trozo(clase, texto) {
    return Object.assign(document.createElement("span"), { className: clase, textContent: texto })
  }

  /* Lo que dice un texto, con lo que destaca en trozos aparte. */
  function destaca(texto) {
    var partes = []
    var desde = 0
    for (var hallado of texto.matchAll(DESTACADO)) {
      var clase = Object.keys(hallado.groups).find(function (nombre) {
        return hallado.groups[nombre]
      })
      partes.push(texto.slice(desde, hallado.index), trozo("salida-" + clase, hallado[0]))
      desde = hallado.index + hallado[0].length
    }
    return partes.concat(texto.slice(desde))
  }

  function viste(linea) {
    var hoja = linea.querySelector(":scope > .hll") || linea
    if (hoja.children.length) return // ya está, o el buscador ha marcado algo
    var texto = hoja.textContent
    var registro = REGISTRO.exec(texto)
    if (!registro) {
      var partes = destaca(texto)
      if (partes.length > 1) hoja.replaceChildren(...partes)
      return
    }
    linea.classList.add("registro-" + registro[2].toLowerCase())
    hoja.replaceChildren(
      trozo("salida-suave", registro[1]),
      trozo("salida-nivel", registro[2]),
      trozo("salida-suave", registro[3]),
      ...destaca(registro[4]),
    )
  }

  /* De cada línea de una traza, si es del lector, de una biblioteca o el error. */
  function clasifica(lineas) {
    var dentro = false
    var clase = ""
    lineas.forEach(function (linea) {
      var texto = linea.textContent
      var archivo = ARCHIVO.exec(texto)
      if (TRAZA.test(texto)) {
        dentro = true
        clase = ""
      } else if (dentro) {
        if (archivo) clase = DE_BIBLIOTECA.test(archivo[1]) ? "traza-ajena" : "traza-tuya"
        else if (texto[0] !== " ") {
          clase = "traza-error"
          dentro = false
        }
        if (clase) linea.classList.add(clase)
      }
    })
  }

  function pliega(lineas) {
    if (lineas.length < LARGA) return
    var boton = document.createElement("button")
    /* Su letra la pone el CSS: en el texto del bloque no hay nada de más. */
    boton.dataset.dice = lineas.length + " líneas de bibliotecas"
    boton.setAttribute("aria-label", boton.dataset.dice)
    boton.className = "guia-pliegue"
    boton.type = "button"
    function pon(abierto) {
      boton.setAttribute("aria-expanded", abierto)
      lineas.forEach(function (linea) {
        if (abierto) linea.removeAttribute("hidden")
        else linea.setAttribute("hidden", "until-found")
      })
    }
    boton.onclick = function () {
      pon(boton.getAttribute("aria-expanded") === "false")
    }
    lineas.forEach(function (linea) {
      linea.addEventListener("beforematch", pon.bind(null, true)) // la busca el lector, o un enlace
    })
    lineas[0].before(boton)
    pon(false)
  }

  function pliegaTrazas(codigo) {
    if (!codigo.textContent.includes("Traceback") || codigo.querySelector(".guia-pliegue")) return
    if (codigo.contains(citada())) return // se ha abierto por ahí: plegarla la movería a la vista
    var lineas = lineasDe(codigo)
    var grupo = []
    clasifica(lineas)
    lineas.forEach(function (linea) {
      if (linea.classList.contains("traza-ajena")) return grupo.push(linea)
      pliega(grupo)
      grupo = []
    })
    pliega(grupo)
  }

  /* El color no mueve nada: se pone poco antes de que la salida llegue a verse. */
  var cerca = new IntersectionObserver(
    function (cambios) {
      cambios.forEach(function (cambio) {
        if (!cambio.isIntersecting) return
        cerca.unobserve(cambio.target)
        lineasDe(cambio.target).forEach(viste)
      })
    },
    { rootMargin: "100% 0px" },
  )

  /* Lo citado, como lo busca la prueba que lo comprueba: con «…» por cualquier texto y espacios
     cualesquiera. */
  function buscado(texto) {
    var partes = texto.trim().split(/…|\.\.\./).map(function (parte) {
      return parte.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/g, "\\s+")
    })
    var letra = /[\p{L}\p{N}_]/u
    var antes = letra.test(texto[0]) ? "(?<![\\p{L}\\p{N}_])" : ""
    var despues = letra.test(texto.at(-1)) ? "(?![\\p{L}\\p{N}_])" : ""
    return new RegExp(antes + partes.join(".{0,200}?") + despues, "su")
  }

  /* La línea en la que empieza lo citado, en una sección y en sus subsecciones. */
  function lineaQueDice(partes, ancla, texto) {
    var inicio = partes.findIndex((parte) => parte.id === ancla)
    if (inicio < 0) return null
    var titulo = partes[inicio].tagName
    var hasta = partes.findIndex((parte, i) => i > inicio && parte.tagName !== "CODE" && parte.tagName <= titulo)
    var bloques = partes.slice(inicio, hasta < 0 ? undefined : hasta)
    for (var bloque of bloques) {
      var donde = bloque.tagName === "CODE" ? bloque.textContent.search(buscado(texto)) : -1
      if (donde < 0) continue
      return lineasDe(bloque).find(function (linea) {
        donde -= linea.textContent.length
        return donde < 0
      })
    }
    return null
  }

  function enlaza() {
    var partes = [
      ...document.querySelectorAll(".md-content :is(h1, h2, h3, h4, h5, h6)[id], .md-content pre > code"),
    ]
    document.querySelectorAll(".md-content a[title]").forEach(function (enlace) {
      if (enlace.textContent !== PROBADO || enlace.pathname !== location.pathname) return
      var linea = lineaQueDice(partes, enlace.hash.slice(1), enlace.title)
      if (linea) enlace.href = "#" + linea.id
    })
  }

  function citada() {
    var linea = document.getElementById(location.hash.slice(1))
    return linea && linea.matches("pre > code > span") ? linea : null
  }

  /* No basta con «:target»: el tema cambia la dirección al desplazarse y se pierde. */
  function senala() {
    document.querySelectorAll(".guia-citada").forEach(function (anterior) {
      anterior.classList.remove("guia-citada")
    })
    var linea = citada()
    if (!linea) return
    linea.classList.add("guia-citada")
    if (!linea.hasAttribute("hidden")) return
    linea.dispatchEvent(new Event("beforematch"))
    linea.scrollIntoView()
  }
  window.target$.subscribe(senala) // el tema no siempre lo hace con «hashchange»

  /* Lo emite el tema con cada página, también al pasar a otra sin recargar. */
  window.document$.subscribe(function () {
    cerca.disconnect()
    document.querySelectorAll(SALIDAS).forEach(function (codigo) {
      pliegaTrazas(codigo)
      cerca.observe(codigo)
    })
    enlaza()
    senala()
  })
})()
