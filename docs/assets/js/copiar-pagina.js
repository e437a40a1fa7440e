/* «Copiar página»: copia el Markdown que cada página lleva dentro, sin pedir nada, así que
   funciona igual sin red o abierta desde el disco. */
(function () {
  "use strict"

  var TEXTOS = {
    true: ["Copiada", "Página copiada como Markdown"],
    false: ["No se ha copiado", "El navegador no ha dejado copiar la página"],
  }

  /* Como se copiaba antes: donde no hay portapapeles, que solo lo hay en «https» y en local. */
  function aLaAntigua(texto) {
    var caja = document.createElement("textarea")
    caja.value = texto
    caja.style.cssText = "position:fixed;opacity:0"
    document.body.append(caja)
    caja.select()
    var bien = document.execCommand("copy")
    caja.remove()
    return bien
  }

  function copia(texto) {
    if (!navigator.clipboard) return Promise.resolve(aLaAntigua(texto))
    return navigator.clipboard.writeText(texto).then(
      function () {
        return true
      },
      function () {
        return aLaAntigua(texto)
      },
    )
  }

  function cuenta(boton, bien) {
    var aviso = boton.parentElement.querySelector(".guia-copiar__aviso")
    var [rotulo, dicho] = TEXTOS[bien]
    boton.textContent = rotulo
    boton.toggleAttribute("data-copiada", bien)
    aviso.textContent = dicho
    clearTimeout(boton.pendiente)
    boton.pendiente = setTimeout(function () {
      boton.textContent = "Copiar página"
      boton.removeAttribute("data-copiada")
      aviso.textContent = ""
    }, 4000)
  }

  /* En el documento, y no en el botón: el tema cambia de página sin recargar. */
  document.addEventListener("click", function (suceso) {
    var boton = suceso.target.closest(".guia-copiar")
    if (!boton) return
    var texto = document.getElementById("guia-copia").content.textContent
    copia(texto).then(function (bien) {
      boton.focus() // copiar a la antigua se lo lleva a otra parte
      cuenta(boton, bien)
    })
  })
})()
