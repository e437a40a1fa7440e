/* Lo que el tema deja sin hacer y no se puede hacer con CSS:
   - nombres accesibles para el buscador, las anotaciones y las barras de los bloques;
   - un bloque o una tabla que se desplaza se alcanza con el teclado también en pantallas táctiles;
   - el código corto que va en una frase no se parte por sus guiones;
   - las salidas con tablas dibujadas no se ajustan al ancho: se desplazan;
   - lo que se selecciona y se copia de un bloque es lo que hay, sin líneas en blanco de más;
   - cada archivo se descarga con su nombre;
   - al imprimir, lo plegado sigue plegado;
   - el color de la barra del navegador es el del tema que se elige;
   - una palabra del glosario se explica solo la primera vez que sale en una página;
   - una grabación de la terminal enseña su último fotograma, y se reproduce al pulsar. */
(function () {
  "use strict"

  function pon(elemento, atributo, valor) {
    if (elemento.getAttribute(atributo) !== valor) elemento.setAttribute(atributo, valor)
  }

  function todos(selector, accion) {
    document.querySelectorAll(selector).forEach(accion)
  }

  /* El tema ya ha puesto el suyo, que sigue al que se elige: estos mandarían sobre él. */
  todos("meta[name=theme-color][media]", function (color) {
    color.remove()
  })

  function repasa() {
    todos(".md-search[role=dialog]:not([aria-label])", function (buscador) {
      pon(buscador, "aria-label", "Buscar")
    })
    todos(".md-annotation__index", function (enlace, i) {
      pon(enlace, "aria-label", "Anotación " + (i + 1))
    })
    todos(".md-code__nav", function (barra, i) {
      pon(barra, "aria-label", "Acciones del bloque de código " + (i + 1))
    })
    todos(".md-content :not(pre) > code:not(.entero)", function (codigo) {
      if (codigo.textContent.length <= 24) codigo.classList.add("entero")
    })
    todos(".language-text", function (salida) {
      if (/[\u2500-\u257f]/.test(salida.textContent)) salida.classList.add("con-tabla")
    })
    todos(".md-typeset pre > code, .md-typeset__scrollwrap", function (caja) {
      if (caja.scrollWidth > caja.clientWidth) pon(caja, "tabindex", "0")
    })
    todos(".highlight > .filename:not(:has(a))", ofrece)
    soloLaPrimera()
    if (enMarcha && !enMarcha.el.isConnected) {
      enMarcha.dispose()
      enMarcha = null
    }
    todos(".guia-grabacion:not([data-pedida]) button:disabled", function (mando) {
      cuelga(mando.closest("figure"), mando)
    })
  }

  /* El tema abre todas las cajas para imprimir. Antes, se apunta cuáles estaban plegadas: así
     imprimir.css no descubre una solución que el lector no ha abierto. */
  addEventListener(
    "beforeprint",
    function () {
      todos("details", function (caja) {
        caja.toggleAttribute("data-plegada", !caja.open)
      })
    },
    true,
  )

  /* Cada línea es una caja, para doblarse con sangría, y el navegador las separaría con otra. */
  document.addEventListener("copy", function (suceso) {
    var elegido = document.getSelection()
    if (!elegido.rangeCount) return
    var trozo = elegido.getRangeAt(0)
    var donde = trozo.commonAncestorContainer
    if (!(donde.closest ? donde : donde.parentElement).closest("pre > code")) return
    suceso.clipboardData.setData("text/plain", trozo.toString())
    suceso.preventDefault()
  })

  /* Ni en un título ni dentro de un enlace, que ya llevan a otra parte. */
  function soloLaPrimera() {
    var vistas = new Set()
    todos(".md-content abbr", function (palabra) {
      var sobra = vistas.has(palabra.title) || palabra.closest("h1, h2, h3, h4, a, summary, label")
      if (sobra) palabra.replaceWith(...palabra.childNodes)
      else vistas.add(palabra.title)
    })
  }

  /* El enlace que descarga un archivo: su texto es el que se ve y se copia. */
  function ofrece(titulo) {
    var nombre = titulo.textContent.split("/").pop()
    var texto = titulo.parentElement.querySelector("pre > code").textContent
    var enlace = document.createElement("a")
    enlace.className = "guia-descarga"
    enlace.download = nombre
    enlace.href = URL.createObjectURL(new Blob([texto], { type: "text/plain" }))
    enlace.title = "Descargar " + nombre
    pon(enlace, "aria-label", enlace.title)
    titulo.append(enlace)
  }

  /* El cartel de la grabación es su último fotograma: lo que queda escrito, con sus colores.
     El reproductor pesa más que la página: solo se descarga al pulsar. Va dentro de la figura
     porque el tema quita de la cabecera lo que no trae la página siguiente. */
  var reproductor = new URL("../reproductor/asciinema-player", document.currentScript.src)
  var enMarcha = null

  function grabado(figura) {
    return figura.querySelector("template").content.textContent.trim()
  }

  function cuelga(figura, mando) {
    var sucesos = grabado(figura).split("\n").slice(1).map(JSON.parse)
    var texto = sucesos.map((suceso) => suceso[2]).join("").replaceAll("\r", "")
    /* Tras partir por los códigos de color: el texto, y en los impares, el código. */
    var color = ""
    var trozos = texto.split(/\u001b\[([\d;]*)m/).map(function (trozo, i) {
      if (i % 2) color = trozo
      var letras = document.createElement("span")
      if (!(i % 2)) letras.textContent = trozo
      var numero = /(?:3|9)([0-7])$/.exec(color)
      if (numero) letras.style.color = "var(--term-color-" + numero[1] + ")"
      return letras
    })
    figura.querySelector(".guia-grabacion__pantalla").replaceChildren(...trozos)
    mando.disabled = false
    mando.onclick = function () {
      mando.disabled = true
      pon(figura, "data-pedida", "")
      descarga(figura)
    }
  }

  function pide(figura, etiqueta, atributos) {
    return new Promise(function (listo, fallo) {
      var eventos = { onload: listo, onerror: fallo }
      figura.append(Object.assign(document.createElement(etiqueta), atributos, eventos))
    })
  }

  function descarga(figura) {
    Promise.all([
      pide(figura, "link", { rel: "stylesheet", href: reproductor + ".css" }),
      window.AsciinemaPlayer || pide(figura, "script", { src: reproductor + ".min.js" }),
    ])
      .then(function () {
        if (figura.isConnected) reproduce(figura)
      })
      .catch(function () {
        figura.querySelector("button").remove() // sin reproductor queda el cartel
      })
  }

  function reproduce(figura) {
    var mando = figura.querySelector("button")
    var pantalla = figura.querySelector(".guia-grabacion__pantalla")
    var texto = grabado(figura)
    pantalla.replaceChildren()
    /* En el móvil, una terminal estrecha: se dobla la línea, no se encoge la letra. */
    var estrecha = matchMedia("(max-width: 44.984375em)").matches
    var medida = estrecha ? { cols: 54, rows: 22 } : JSON.parse(texto.split("\n", 1)[0]).term
    var jugador = AsciinemaPlayer.create({ data: texto }, pantalla, {
      autoPlay: true,
      cols: medida.cols,
      rows: medida.rows,
      controls: false, // los suyos están en inglés: el mando es el botón
      fit: "both",
      terminalFontFamily: "var(--md-code-font-family)",
      theme: "guia",
    })
    enMarcha = jugador
    var acciones = { play: "Pausar", pause: "Continuar", ended: "Repetir" }
    Object.keys(acciones).forEach(function (suceso) {
      jugador.addEventListener(suceso, function () {
        mando.textContent = acciones[suceso]
      })
    })
    mando.onclick = function () {
      mando.textContent === acciones.play ? jugador.pause() : jugador.play()
    }
    mando.disabled = false
    mando.focus()
  }

  /* El tema cambia la página al vuelo, también al pasar a otra sin recargar. */
  var pendiente = 0
  new MutationObserver(function () {
    if (!pendiente)
      pendiente = requestAnimationFrame(function () {
        pendiente = 0
        repasa()
      })
  }).observe(document.body, {
    attributeFilter: ["tabindex"],
    childList: true,
    subtree: true,
  })
  repasa()
})()
