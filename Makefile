# Dos órdenes bastan: «make serve» y «make test». Ambas preparan .venv si hace falta
# (la primera vez, o cuando cambia requirements.txt) y no hacen nada de más si no.

PYTHON ?= python3
DIRECCION ?= 127.0.0.1:8000
BIN := .venv/bin
AL_DIA := .venv/al-dia
FIGURAS := .venv/figuras
PYTEST := $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile
ifdef CI # donde nadie mira mientras tanto: qué es lo que más tarda
PYTEST += --durations 25
endif

export NO_MKDOCS_2_WARNING := 1

.PHONY: serve escribir test test-frio test-figuras test-calificador build publicar salidas lock \
	canario actualizar bench bench-programas arranques portada cifras pdf build-zensical

serve: $(AL_DIA) ## La guía en http://127.0.0.1:8000; se recarga al editar
	$(BIN)/python -m verificador.vivo --solo-leer --direccion $(DIRECCION)

escribir: $(AL_DIA) ## Igual, y ejecuta lo que cada cambio toca; SALIDAS=1 reescribe las salidas
	$(BIN)/python -m verificador.vivo --direccion $(DIRECCION) $(if $(SALIDAS),--salidas)

test: $(AL_DIA) ## Ejecuta cada bloque de la guía y todas las pruebas
	$(PYTEST)

test-frio: $(AL_DIA) ## Como el lector: «python» de siempre, en una terminal, con todo por estrenar
	$(PYTEST) --en-frio docs README.md

test-figuras: $(FIGURAS) ## Lo que necesita un navegador u otros programas del sistema
	$(PYTEST) -m figuras

test-calificador: $(AL_DIA) ## El calificador ante cada respuesta de tests/calificador/respuestas/
	$(PYTEST) --dist load -m respuestas tests/calificador/test_respuestas.py

build: $(AL_DIA) ## La web en site/, con su kit y la guía para leer sin red; cualquier aviso es un error
	$(BIN)/python -m verificador.kit
	$(BIN)/mkdocs build --strict
	$(BIN)/python -m verificador.acabado
	$(BIN)/python -m verificador.llevar.sin_red

publicar: $(AL_DIA) ## La web en site/, lista para subir a GUIA_URL=https://…/
	@$(BIN)/python -m verificador.ordenes.publicar

pdf: build $(FIGURAS) ## El tutorial en PDF, en site/; con PAGINA=docs/…, solo esa página
	$(BIN)/python -m verificador.llevar.papel $(PAGINA)

build-zensical: $(FIGURAS) ## Lo mismo con Zensical, el sucesor de MkDocs
	$(BIN)/python -m verificador.kit
	$(BIN)/python -m zensical build --strict --clean
	$(BIN)/python -m verificador.acabado

salidas: $(FIGURAS) ## Reescribe las salidas y las figuras que ya no son las reales
	$(BIN)/python -m verificador.figuras.tarjetas
	$(PYTEST) docs README.md -m "" --actualizar-salidas

portada: $(FIGURAS) ## La foto de la web que enseña el README
	$(BIN)/python -m verificador.ordenes.portada

cifras: $(FIGURAS) ## Lo que cuesta abrir las páginas de la web, que la guía publica
	$(PYTEST) -m figuras --actualizar-salidas tests/web/test_cada_pagina.py

lock: $(AL_DIA) ## Vuelve a resolver requirements.txt desde pyproject.toml
	$(BIN)/python -m verificador.ordenes.lock

canario: $(AL_DIA) ## Qué cambiaría y qué se rompería con otras versiones; no toca nada
	$(BIN)/python -m verificador.ordenes.canario $(if $(CON),--con "$(CON)") \
		$(if $(filter-out file,$(origin PYTHON)),--python "$(PYTHON)") $(PAGINA)

actualizar: $(FIGURAS) ## Versiones, salidas y figuras al día, o nada; con PAGINA=…, solo esa
	$(BIN)/python -m verificador.ordenes.actualizar $(PAGINA)

bench: $(FIGURAS) ## Cuánto cuesta repartir, y su página al día; FILAS="…" MOTORES="…" SOLO=1
	$(BIN)/python -m verificador.ordenes.bench $(if $(FILAS),--filas $(FILAS)) \
		$(if $(MOTORES),--motores $(MOTORES)) $(if $(SOLO),--solo-medir)

bench-programas: $(AL_DIA) ## Lo que cuesta cada programa aquí y con «python x.py» en frío
	$(BIN)/python -m verificador.ordenes.bench_programas

arranques: $(AL_DIA) ## Si el primer programa de un lector funciona: veinte primeras veces, en frío
	$(BIN)/python -m verificador.ordenes.arranques

# --compile-bytecode: que no lo haga cada proceso de las pruebas al importar Prefect.
# uv va en requirements.txt como los demás: se saca de ahí, con su hash, para instalar el resto.
$(AL_DIA): requirements.txt requirements-ortografia.txt
	@command -v $(PYTHON) >/dev/null || \
		{ echo "No encuentro «$(PYTHON)». Instala Python 3.11.5 o posterior."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || \
		{ echo "Hace falta Python 3.11.5 o posterior y «$(PYTHON)» es $$($(PYTHON) -V)." \
		"Si tienes otro: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ echo "Python no puede crear .venv. En Debian y Ubuntu: apt install python3-venv"; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --require-hashes -r .venv/uv.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip sync --compile-bytecode --quiet --require-hashes $^
	@touch $@

$(FIGURAS): requirements-figuras.txt $(AL_DIA)
	@for programa in dot chromium caddy docker-compose; do \
		command -v $$programa >/dev/null || { echo "Falta «$$programa». En Debian y Ubuntu:" \
		"apt install graphviz chromium caddy docker-compose systemd"; exit 1; }; done
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements-figuras.txt
	@touch $@
