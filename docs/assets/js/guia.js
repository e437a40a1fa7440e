/* Lo que el tema deja sin hacer y no se puede hacer con CSS:
   - nombres accesibles para el buscador, las anotaciones y las barras de los bloques;
   - un bloque o una tabla que se desplaza se alcanza con el teclado también en pantallas táctiles;
   - las salidas con tablas dibujadas no se ajustan al ancho: se desplazan. */
(function () {
  "use strict"

  function pon(elemento, atributo, valor) {
    if (elemento.getAttribute(atributo) !== valor) elemento.setAttribute(atributo, valor)
  }

  function todos(selector, accion) {
    document.querySelectorAll(selector).forEach(accion)
  }

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
    todos(".language-text", function (salida) {
      if (/[\u2500-\u257f]/.test(salida.textContent)) salida.classList.add("con-tabla")
    })
    todos(".md-typeset pre > code, .md-typeset__scrollwrap", function (caja) {
      if (caja.scrollWidth > caja.clientWidth) pon(caja, "tabindex", "0")
    })
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
