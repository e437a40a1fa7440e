/* El teclado en el cajón y en el buscador, que el tema abre con etiquetas sin foco:
   - cada una se alcanza con el tabulador y se pulsa con Intro o con espacio;
   - mientras el cajón está abierto, el foco no sale de él;
   - Escape los cierra y devuelve el foco a quien los abrió. */
(function () {
  "use strict"

  var NOMBRES = { __drawer: "Abrir el menú", __search: "Buscar en la guía" }
  var DEBAJO = ".md-skip, .md-header, .md-tabs, .md-content, .md-sidebar--secondary, .md-footer, .md-top"
  var cajon = document.getElementById("__drawer")
  var buscador = document.getElementById("__search")
  var antes = null // quien tenía el foco al abrir
  var fuera = null // el último foco fuera del cajón y del buscador

  /* Una etiqueta no puede hacer de botón: en su sitio, uno. El «for» lo busca el estilo del tema. */
  function esBoton(etiqueta) {
    var boton = document.createElement("button")
    boton.type = "button"
    boton.className = etiqueta.className
    boton.setAttribute("for", etiqueta.htmlFor)
    boton.setAttribute("aria-label", NOMBRES[etiqueta.htmlFor])
    boton.append(...etiqueta.childNodes)
    boton.addEventListener("click", function () {
      document.getElementById(etiqueta.htmlFor).click()
    })
    etiqueta.replaceWith(boton)
  }

  function prepara() {
    document
      .querySelectorAll("label.md-header__button:is([for=__drawer], [for=__search])")
      .forEach(esBoton)
    document
      .querySelectorAll(".md-nav--primary .md-nav .md-nav__title[for], .md-nav--primary label.md-nav__link[for]")
      .forEach(function (etiqueta) {
        etiqueta.tabIndex = 0
      })
  }

  function conCajon() {
    document.querySelectorAll(DEBAJO).forEach(function (parte) {
      parte.inert = cajon.checked
    })
    if (!cajon.checked) return
    antes = fuera
    requestAnimationFrame(alCajon)
  }

  /* A lo primero que se ve: arriba hay un nivel del menú por cada carpeta abierta. */
  function alCajon() {
    var dentro = document.querySelectorAll(".md-sidebar--primary :is(a, label[tabindex])")
    var primero = [...dentro].find((parte) => parte.checkVisibility({ visibilityProperty: true }))
    if (primero) primero.focus()
  }

  function devuelve() {
    var destino = [antes, document.querySelector(".md-header__button[for=__search]")].find(
      (quien) => quien && quien.isConnected && quien.checkVisibility({ visibilityProperty: true }),
    )
    antes = null
    if (destino) destino.focus()
    else document.activeElement.blur()
  }

  document.addEventListener("focusin", function (suceso) {
    if (suceso.target.closest(".md-sidebar--primary")) return
    if (!suceso.target.closest(".md-search")) fuera = suceso.target
    else if (!suceso.relatedTarget) fuera = buscador.checked ? fuera : null
  })

  document.addEventListener("pointerdown", function (suceso) {
    if (!suceso.target.closest("a, button, input, label, summary, [tabindex]")) fuera = null
  })

  document.addEventListener("keydown", function (suceso) {
    var etiqueta = suceso.target.closest("label[tabindex]")
    if (!etiqueta || (suceso.key !== "Enter" && suceso.key !== " ")) return
    suceso.preventDefault()
    suceso.stopPropagation() // con Intro, el tema la pulsaría otra vez
    etiqueta.click()
    if (etiqueta.closest(".md-sidebar--primary")) requestAnimationFrame(alCajon)
  })

  /* Antes que el tema, que al cerrar el buscador deja el foco en ninguna parte. */
  window.addEventListener(
    "keydown",
    function (suceso) {
      if (suceso.key !== "Escape" || !(cajon.checked || buscador.checked)) return
      if (cajon.checked) cajon.click()
      setTimeout(devuelve)
    },
    true,
  )

  cajon.addEventListener("change", conCajon)
  buscador.addEventListener("change", function () {
    if (!buscador.checked) return
    antes = fuera
    // El tema pide el foco cuando el campo, en el teléfono, aún no se ve.
    requestAnimationFrame(function () {
      document.querySelector(".md-search__input").focus()
    })
  })
  document$.subscribe(prepara)
})()
