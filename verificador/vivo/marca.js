/* Lo que se sabe de cada bloque, en la página que se está escribiendo. Solo existe con
   «make escribir»: la web publicada no lo lleva. */
(function () {
  "use strict"

  var SIGNOS = {
    "sin comprobar": "○",
    "en espera": "…",
    "ejecutándose": "▶",
    "guardado": "▪",
    "verificado": "✓",
    "roto": "✗",
    "no se ejecuta": "–",
  }
  var REINTENTO_MS = 2000
  var peticion = null
  var barra = document.createElement("aside")
  barra.className = "guia-vivo guia-vivo--barra"
  barra.setAttribute("aria-label", "Verificación de esta página")
  document.body.append(barra)

  function elemento(etiqueta, clase, texto) {
    var nuevo = document.createElement(etiqueta)
    nuevo.className = clase
    if (texto) nuevo.textContent = texto
    return nuevo
  }

  /* Lo que dice una marca; el porqué, si lo hay, se abre. */
  function dice(texto, motivo, abierto) {
    if (!motivo) return elemento("span", "guia-vivo__dicho", texto)
    var caja = elemento("details", "guia-vivo__dicho")
    caja.open = abierto
    caja.append(elemento("summary", "", texto), elemento("div", "guia-vivo__motivo", motivo))
    return caja
  }

  function vallas() {
    return document.querySelectorAll(".md-content article pre:not(.guia-vivo__error)")
  }

  function marca(valla, sabido) {
    var caja = valla.closest(".highlight") || valla
    var propia = caja.previousElementSibling
    if (!propia || !propia.matches(".guia-vivo--bloque")) {
      propia = elemento("div", "guia-vivo guia-vivo--bloque")
      caja.before(propia)
    }
    if (propia.dataset.estado === sabido.estado && propia.dataset.motivo === sabido.motivo) return
    propia.dataset.estado = sabido.estado
    propia.dataset.motivo = sabido.motivo
    propia.title = "Línea " + sabido.linea + ": " + sabido.estado
    var texto = SIGNOS[sabido.estado] + " " + sabido.estado
    propia.replaceChildren(dice(texto, sabido.motivo, false))
  }

  function resumen(bloques) {
    var vistos = {}
    var cuenta = {}
    bloques.forEach(function (sabido) {
      if (vistos[sabido.bloque]) return
      vistos[sabido.bloque] = true
      cuenta[sabido.estado] = (cuenta[sabido.estado] || 0) + 1
    })
    return Object.keys(SIGNOS)
      .filter(function (estado) {
        return cuenta[estado]
      })
      .map(function (estado) {
        return SIGNOS[estado] + " " + cuenta[estado] + " " + estado
      })
      .join(" · ")
  }

  function comprobar() {
    fetch("/__verificacion/comprobar" + consulta(0), { method: "POST", headers: { "X-Guia": "1" } })
  }

  function pinta(ficha) {
    var publicadas = vallas()
    var problemas = ficha.problemas.slice()
    if (publicadas.length === ficha.bloques.length) {
      ficha.bloques.forEach(function (sabido, i) {
        marca(publicadas[i], sabido)
      })
    } else if (!problemas.length) {
      problemas.push(
        "Los bloques que se publican (" + publicadas.length + ") no son los que se ejecutan (" +
          ficha.bloques.length + ").",
      )
    }
    var texto = resumen(ficha.bloques) || (problemas.length ? "" : "Sin bloques")
    if (problemas.length) texto = ["✗ página rota", texto].filter(Boolean).join(" · ")
    var estado = elemento("span", "guia-vivo__estado")
    estado.setAttribute("role", "status")
    estado.append(dice(texto, problemas.join("\n\n"), false))
    var boton = elemento("button", "guia-vivo__boton", "Comprobar")
    boton.type = "button"
    boton.title = "Ejecuta todos los bloques de esta página"
    boton.onclick = comprobar
    barra.dataset.estado = problemas.length || /✗/.test(texto) ? "roto" : "verificado"
    barra.replaceChildren(estado, boton)
  }

  function consulta(version) {
    return "?pagina=" + encodeURIComponent(decodeURIComponent(location.pathname)) + "&version=" + version
  }

  /* Una pregunta a la vez: el servidor contesta en cuanto sabe algo nuevo. */
  function pregunta(version) {
    if (peticion) peticion.abort()
    var propia = (peticion = new AbortController())
    fetch("/__verificacion/estado" + consulta(version), { signal: propia.signal })
      .then(function (respuesta) {
        if (respuesta.status === 404) return null // no es una página de la guía
        return respuesta.json()
      })
      .then(function (ficha) {
        if (propia.signal.aborted) return
        barra.hidden = !ficha
        if (!ficha) return
        if (ficha.version !== version) pinta(ficha)
        pregunta(ficha.version)
      })
      .catch(function () {
        if (!propia.signal.aborted) setTimeout(pregunta, REINTENTO_MS, 0)
      })
  }

  function vigila() {
    if (document.visibilityState === "visible") pregunta(0)
    else if (peticion) peticion.abort()
  }

  document.addEventListener("visibilitychange", vigila)
  /* El tema pasa de una página a otra sin recargar. */
  if (window.document$) window.document$.subscribe(vigila)
  else vigila()
})()
