/* Deja una página lista para juzgarla entera, y dice a axe dónde mirar los colores.
   Lo ejecuta visita.py, que le da cuántas cajas plegadas se abren; las demás se quitan. */
(abiertas) => {
  document.querySelectorAll("details").forEach((caja, i) => {
    if (i < abiertas) caja.open = true
    else caja.remove()
  })

  /* Los trozos de los bloques de código son miles y sus colores, unos pocos: a axe se le enseña
     uno de cada combinación de letra y fondo. */
  const fondo = (el) => {
    const suyo = getComputedStyle(el).backgroundColor
    return !el.parentElement || !/^(rgba\(.*, 0\)|transparent)$/.test(suyo) ? suyo : fondo(el.parentElement)
  }
  const combinaciones = new Map()
  for (const trozo of document.querySelectorAll("pre > code, pre > code span")) {
    const { color, fontSize, fontWeight } = getComputedStyle(trozo)
    const clase = [color, fontSize, fontWeight, fondo(trozo)].join()
    const escribe = [...trozo.childNodes].some((nodo) => nodo.nodeType === Node.TEXT_NODE && nodo.data.trim())
    if (escribe && !combinaciones.has(clase)) combinaciones.set(clase, trozo)
  }

  const bloques = [...document.querySelectorAll("pre")]
  const articulo = [...document.querySelectorAll("article")]
  const pagina = [document.documentElement]
  window.guia = {
    todo: document,
    colores: bloques.length
      ? { include: [...pagina, ...combinaciones.values()], exclude: bloques }
      : document,
    alrededor: articulo.length ? { include: pagina, exclude: articulo } : document,
  }
}
