"""La guía fuera de la web: en una carpeta, para leerla sin red, y en papel."""
