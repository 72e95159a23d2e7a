// Parses Kusto queries as Microsoft's editors do, with the columns of the tables that they may read.
//
// usage: node kusto.js, with the package @kusto/language-service-next in the folder that NODE_PATH names
//
// The input is JSON: `tables`, by name with their columns as `(Name: type, …)`, and `queries`. The output has one line of
// JSON for each query: `diagnostics`, and `literals` with the values of the strings in it.
"use strict";

globalThis.window = globalThis;
globalThis.bridgeDirectory = require("path").dirname(require.resolve("@kusto/language-service-next/bridge.js"));
require("@kusto/language-service-next/bridge.js");
require("@kusto/language-service-next/Kusto.Language.Bridge.js");

const { Symbols, GlobalState, KustoCode, Syntax } = globalThis.Kusto.Language;

const work = JSON.parse(require("fs").readFileSync(0, "utf8"));
const symbols = Object.entries(work.tables).map(([name, columns]) => Symbols.TableSymbol.From(columns).WithName(name));
const database = new Symbols.DatabaseSymbol.$ctor1("db", symbols);
const globals = GlobalState.Default.WithDatabase(database);

function list(items) {
    const result = [];
    for (let index = 0; index < items.Count; index += 1) {
        result.push(items.getItem ? items.getItem(index) : items[index]);
    }
    return result;
}

for (const query of work.queries) {
    const code = KustoCode.ParseAndAnalyze(query, globals);
    const diagnostics = list(code.GetDiagnostics()).map((one) => one.Message);
    const literals = [];
    Syntax.SyntaxElement.WalkNodes(code.Syntax, (node) => {
        if (node.Kind === Syntax.SyntaxKind.StringLiteralExpression) {
            literals.push(node.LiteralValue);
        }
    });
    console.log(JSON.stringify({ diagnostics, literals }));
}
