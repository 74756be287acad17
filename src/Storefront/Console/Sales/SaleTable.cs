using Doorbuster.Storefront.Console.Tables;

namespace Doorbuster.Storefront.Console.Sales;

internal static class SaleTable
{
    private static readonly (string, string)[] Phases =
    [
        ("announced", "sales.phase.announced"), ("open", "sales.phase.open"), ("paused", "sales.phase.paused"),
        ("sold_out", "sales.phase.sold_out"), ("ended", "sales.phase.ended"),
    ];

    public static Table<RunSale> Make() => new()
    {
        Name = "sales",
        Title = "consoleSales.title",
        EmptyText = "consoleSales.none",
        Action = ("/admin/sales/new", "consoleSales.new"),
        List = (api, query) => api.Get("/api/admin/v1/sales" + query, ConsoleSalesJson.Default.SaleList),
        Key = sale => sale.Id,
        Filters =
        [
            new("text", "consoleSales.search", Keeps: (sale, text) =>
                sale.Title.Contains(text, StringComparison.OrdinalIgnoreCase)
                || sale.Sku.Contains(text, StringComparison.OrdinalIgnoreCase) || sale.Id == text),
            new("phase", "consoleSales.phase", Phases, (sale, phase) => sale.Phase == phase),
        ],
        Columns =
        [
            new("title", "consoleSales.product", sale => Cell.Of(sale.Title, $"/admin/sales/{sale.Id}"), sale => sale.Title),
            new("phase", "consoleSales.phase", PhaseOf, sale => sale.Phase),
            new("units", "consoleSales.units", sale => Cell.Of(sale.Units), sale => sale.Units) { IsNumber = true },
            new("price", "consoleSales.price", sale => Cell.Of(sale.Price), sale => sale.Price.Amount) { IsNumber = true },
            new("limit", "consoleSales.limit", sale => Cell.Of(sale.LimitPerPerson)) { IsNumber = true },
            new("opens", "consoleSales.opens", sale => Cell.Of(sale.OpensAt), sale => sale.OpensAt),
            new("closes", "consoleSales.closes", sale => Cell.Of(sale.ClosesAt), sale => sale.ClosesAt),
            new("sku", "consoleSales.sku", sale => Cell.Of(sale.Sku), sale => sale.Sku),
            new("id", "consoleSales.id", sale => Cell.Of(sale.Id)),
        ],
    };

    private static Cell PhaseOf(RunSale sale) => Cell.Word(sale.Phase, $"sales.phase.{sale.Phase}", sale.Phase switch
    {
        "open" => "urgent",
        "ended" => "quiet",
        _ => "",
    });
}
