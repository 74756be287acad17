namespace Doorbuster.Storefront.Console.Tables;

/// <summary>A page of a table, ready to be shown.</summary>
/// <param name="Sort">As in the address, to stay when the filters change.</param>
/// <param name="LookedThrough">How many rows it was made of, when there are more.</param>
public sealed record TableModel(
    string Title, (string Path, string Label)? Action, string? EmptyText, IReadOnlyList<TableHead> Heads,
    IReadOnlyList<IReadOnlyList<Cell>> Rows, IReadOnlyList<TableFilter> Filters, string Path, string? Sort, string? Next,
    string? First, string File, int? LookedThrough, bool IsFiltered);

/// <param name="Path">Sorts by it; null: it cannot be.</param>
/// <param name="Direction">As in <c>aria-sort</c>; null: it is not sorted by this.</param>
public sealed record TableHead(string Label, string? Path, string? Direction, bool IsNumber);

public sealed record TableFilter(
    string Name, string Label, IReadOnlyList<(string Value, string Label)>? Choices, string? Value);
