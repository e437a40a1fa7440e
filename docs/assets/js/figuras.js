/* Cada figura y cada captura se agranda: con su botón, o pulsando en ella. Sin JavaScript se
   ven igual, sin el botón. */
(function () {
  "use strict"

  var CAJAS = ".md-typeset .figura, .md-typeset p:has(> img.captura)"
  /* Cuánto se agranda: lo que quepa, entre estos dos; lo que no quepa se desplaza. */
  var MENOS = 1.5
  var MAS = 2.5

  /* La que se desplaza dentro de su caja se alcanza con el teclado. */
  var anchos = new ResizeObserver(function (cambios) {
    cambios.forEach(function (cambio) {
      var caja = cambio.target
      if (caja.scrollWidth > caja.clientWidth) caja.tabIndex = 0
      else caja.removeAttribute("tabindex")
    })
  })

  function boton(texto, clase) {
    return Object.assign(document.createElement("button"), {
      type: "button",
      className: clase,
      textContent: texto,
    })
  }

  /* De las dos fotos de una captura, la del tema que se ve. */
  function visible(caja) {
    return [].find.call(caja.querySelectorAll("svg, img"), function (dibujo) {
      return dibujo.getClientRects().length
    })
  }

  function escala(lienzo, ancho, alto) {
    var cabe = Math.min(lienzo.clientWidth / ancho, lienzo.clientHeight / alto)
    return Math.min(MAS, Math.max(MENOS, cabe))
  }

  function agranda(caja) {
    var dibujo = visible(caja)
    var ancho = Number(dibujo.getAttribute("width"))
    var alto = Number(dibujo.getAttribute("height"))
    var ventana = document.createElement("dialog")
    var lienzo = document.createElement("div")
    var copia = dibujo.cloneNode(true)
    var cerrar = boton("Cerrar", "guia-ampliar")
    ventana.className = "guia-ampliada md-typeset"
    ventana.setAttribute("aria-label", "Figura ampliada")
    lienzo.className = caja.classList.contains("figura") ? caja.className : ""
    lienzo.tabIndex = 0
    lienzo.append(copia)
    ventana.append(cerrar, lienzo)
    ventana.addEventListener("click", function (suceso) {
      if (suceso.target === lienzo || suceso.target === cerrar) ventana.close()
    })
    ventana.addEventListener("close", function () {
      ventana.remove()
    })
    document.body.append(ventana)
    ventana.showModal()
    copia.style.width = ancho * escala(lienzo, ancho, alto) + "px"
  }

  function prepara(caja) {
    if (caja.closest("dialog") || caja.matches(":has(+ .guia-ampliar)")) return
    var mando = boton("Ampliar", "guia-ampliar")
    mando.setAttribute("aria-haspopup", "dialog")
    mando.onclick = function () {
      agranda(caja)
    }
    caja.onclick = function (suceso) {
      var dibujo = suceso.target.closest("svg, img")
      if (!dibujo || !document.getSelection().isCollapsed) return
      mando.focus({ preventScroll: true }) // a él vuelve el foco
      agranda(caja)
    }
    caja.after(mando)
    anchos.observe(caja)
  }

  /* Lo emite el tema con cada página, también al pasar a otra sin recargar. */
  window.document$.subscribe(function () {
    anchos.disconnect()
    document.querySelectorAll(CAJAS).forEach(prepara)
  })
})()
