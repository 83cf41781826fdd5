// Only in the page that was asked for with ?antrean: a copy of what waits as a file, and the removal of one.

tools = {
  row: (add, line, name, record) => {
    const button = add("button", words.staff_delete, line, () => {
      button.textContent = words.staff_sure;
      button.onclick = () => drop(name, record.id).then(staff).then(tell);
    });
  },
  save: what => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(what, null, 1)], {type: "application/json"}));
    link.download = "antrean-" + new Date().toISOString().slice(0, 10) + ".json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
};
