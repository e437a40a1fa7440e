/* Lo que se ve mal en una página ya abierta, con su ancho y su tema: una lista de frases.
   Lo ejecuta visita.py, que le da lo que mide la letra más pequeña que se admite. */
(minimo) => {
  const problemas = new Set()
  const raiz = document.documentElement
  const ancho = raiz.clientWidth

  const nombre = (el) => {
    const clases = [...el.classList].map((clase) => "." + CSS.escape(clase)).join("")
    return el.localName + (el.id ? "#" + CSS.escape(el.id) : clases)
  }
  const lugar = (el) =>
    [el.parentElement?.parentElement, el.parentElement, el].filter(Boolean).map(nombre).join(" > ")

  if (raiz.scrollWidth > ancho)
    problemas.add(`desborde: la página mide ${raiz.scrollWidth} px de ancho y caben ${ancho}`)

  /* Quien puede desplazarse enseña lo que le sobra; lo demás se corta sin que nadie lo sepa. */
  const desplaza = new Map()
  const seDesplaza = (el) => {
    if (!el) return false
    if (!desplaza.has(el)) {
      const suyo = /auto|scroll/.test(getComputedStyle(el).overflowX) && el !== raiz
      desplaza.set(el, suyo || seDesplaza(el.parentElement))
    }
    return desplaza.get(el)
  }

  /* El texto de un SVG mide lo que diga su letra por lo que se haya encogido el dibujo. */
  const escala = (el) => {
    const m = el instanceof SVGGraphicsElement && el.getScreenCTM()
    return m ? Math.sqrt(Math.abs(m.a * m.d - m.b * m.c)) : 1
  }
  const pequena = (el, pseudo) => {
    const letra = parseFloat(getComputedStyle(el, pseudo).fontSize) * escala(el)
    if (letra < minimo - 0.05)
      problemas.add(`letra: ${letra.toFixed(1)} px en ${lugar(el)}${pseudo ?? ""}`)
  }
  const seVe = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true })

  const textos = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const trozo = document.createRange()
  const vistos = new Set()
  while (textos.nextNode()) {
    const nodo = textos.currentNode
    const el = nodo.parentElement
    if (!nodo.data.trim() || !seVe(el)) continue
    trozo.selectNodeContents(nodo)
    const caja = trozo.getBoundingClientRect()
    if (caja.width <= 1 || caja.height <= 1) continue // solo para quien escucha la página
    if (!vistos.has(el)) pequena(el)
    vistos.add(el)
    if (caja.right > ancho + 1 && caja.left < ancho && !seDesplaza(el) && el.closest("main, footer"))
      problemas.add(`desborde: se corta «${nodo.data.trim().slice(0, 40)}» en ${lugar(el)}`)
  }
  for (const el of document.body.querySelectorAll("*"))
    for (const pseudo of ["::before", "::after"]) {
      const texto = getComputedStyle(el, pseudo).content
      if (/^".*\p{L}.*"$/u.test(texto) && seVe(el)) pequena(el, pseudo)
    }
  return [...problemas]
}
