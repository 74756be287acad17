using System.Globalization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Console.Tables;

/// <summary>A list of the admin API as a table of the console: filters, order, pages by key and a file, all from one description.
/// What the API can filter it is asked for; the rest, and any order but its own, is done here over the list's first rows.</summary>
internal sealed record Table<TRow>
{
    private const int PageSize = 40;
    private const int ReadMax = 100;         // rows in one call, the API's own limit
    private const int LookedThroughMax = 1_000;
    private const int FileMax = 10_000;

    /// <summary>Names the file.</summary>
    public required string Name { get; init; }

    /// <summary>A text, as every label here.</summary>
    public required string Title { get; init; }

    /// <summary>A list that takes <c>limit</c> and <c>after</c>; the query begins with a question mark.</summary>
    public required Func<ShopApi, string, Task<ApiAnswer<ApiList<TRow>>>> List { get; init; }

    /// <summary>Names a row for the next page.</summary>
    public required Func<TRow, string> Key { get; init; }

    public required IReadOnlyList<Column<TRow>> Columns { get; init; }

    public IReadOnlyList<Filter<TRow>> Filters { get; init; } = [];

    /// <summary>The page's one thing to do, such as making another row.</summary>
    public (string Path, string Label)? Action { get; init; }

    /// <summary>What an empty list says.</summary>
    public string? EmptyText { get; init; }

    /// <summary>The page of it that is asked for.</summary>
    /// <param name="path">Its own address.</param>
    public async Task<(TableModel? Model, ApiRefusal? Refusal)> Show(PageRequest request, string path)
    {
        var asked = Asked(request);
        var after = request.Query("after");
        List<TRow> rows;
        string? next;
        var wasCut = false;
        if (asked.IsOurs)
        {
            var (found, refusal) = await Gather(request.Api, asked, LookedThroughMax);
            if (found is null)
                return (null, refusal);
            wasCut = found.HasMore;
            // The row after which to go on may be gone: then from the beginning.
            var rest = after is null ? found.Rows : found.Rows[(found.Rows.FindIndex(row => Key(row) == after) + 1)..];
            rows = [.. rest.Take(PageSize)];
            next = rest.Count > PageSize ? Key(rows[^1]) : null;
        }
        else
        {
            var (page, refusal) = await Read(request.Api, asked, PageSize, after);
            if (page is null)
                return (null, refusal);
            (rows, next) = ([.. page.Data], page.Page.HasMore ? page.Page.NextCursor : null);
        }
        return (new TableModel(
            Title, Action, EmptyText,
            [.. Columns.Select(column => Head(column, asked, path))],
            [.. rows.Select(row => Columns.Select(column => column.Cell(row)).ToList())],
            [.. Filters.Select(filter => new TableFilter(filter.Name, filter.Label, filter.Choices, asked.Of(filter.Name)))],
            path, asked.Sort is { } sort ? (asked.IsDown ? "-" : "") + sort.Name : null,
            next is null ? null : path + asked.Query(asked.Sort, asked.IsDown, next),
            after is null ? null : path + asked.Query(asked.Sort, asked.IsDown, null),
            $"{path}.csv{asked.Query(asked.Sort, asked.IsDown, null)}",
            wasCut ? LookedThroughMax : null, asked.HasFilter), null);
    }

    /// <summary>All of it as it is filtered and ordered, as programs read it.</summary>
    public async Task<(List<string[]>? Rows, ApiRefusal? Refusal)> Export(PageRequest request)
    {
        var (found, refusal) = await Gather(request.Api, Asked(request), FileMax);
        return found is null
            ? (null, refusal)
            : ([.. found.Rows.Select(row => Columns.Select(column => column.Cell(row).Plain).ToArray())], null);
    }

    private TableHead Head(Column<TRow> column, AskedTable asked, string path)
    {
        if (column.Order is null)
            return new(column.Label, null, null, column.IsNumber);
        var isThis = asked.Sort == column;
        return new(
            column.Label, path + asked.Query(column, isThis && !asked.IsDown, null),
            isThis ? asked.IsDown ? "descending" : "ascending" : null, column.IsNumber);
    }

    private async Task<(Found? Found, ApiRefusal? Refusal)> Gather(ShopApi api, AskedTable asked, int max)
    {
        var rows = new List<TRow>();
        var read = 0;
        string? after = null;
        bool hasMore;
        do
        {
            var (page, refusal) = await Read(api, asked, ReadMax, after);
            if (page is null)
                return (null, refusal);
            read += page.Data.Count;
            rows.AddRange(page.Data.Where(row => Filters.All(
                filter => filter.Keeps is null || asked.Of(filter.Name) is not { } value || filter.Keeps(row, value))));
            (hasMore, after) = (page.Page.HasMore, page.Page.NextCursor);
        } while (hasMore && read < max);

        if (asked.Sort?.Order is { } order)
            rows = [.. asked.IsDown ? rows.OrderByDescending(order) : rows.OrderBy(order)];
        return (new(rows, hasMore), null);
    }

    private async Task<(ApiList<TRow>? Page, ApiRefusal? Refusal)> Read(ShopApi api, AskedTable asked, int limit, string? after)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"?limit={limit}");
        foreach (var filter in Filters.Where(filter => filter.Keeps is null))
            if (asked.Of(filter.Name) is { } value)
                query += $"&{filter.Name}={Uri.EscapeDataString(value)}";
        if (after is not null)
            query += $"&after={Uri.EscapeDataString(after)}";
        var answer = await List(api, query);
        return (answer.Value, answer.Refusal);
    }

    private AskedTable Asked(PageRequest request)
    {
        var sort = request.Query("sort");
        var column = Columns.FirstOrDefault(column => column.Order is not null && column.Name == sort?.TrimStart('-'));
        var values = Filters.Select(filter => (filter, Value: request.Query(filter.Name)))
            .Where(one => one.Value is not null
                && (one.filter.Choices is null || one.filter.Choices.Any(choice => choice.Value == one.Value)))
            .ToDictionary(one => one.filter.Name, one => one.Value!);
        return new(values, column, sort?.StartsWith('-') is true,
            column is not null || Filters.Any(filter => filter.Keeps is not null && values.ContainsKey(filter.Name)));
    }

    private sealed record Found(List<TRow> Rows, bool HasMore);

    /// <param name="IsOurs">It is ordered or filtered here, not by the API.</param>
    private sealed record AskedTable(Dictionary<string, string> Values, Column<TRow>? Sort, bool IsDown, bool IsOurs)
    {
        public bool HasFilter => Values.Count > 0;

        public string? Of(string filter) => Values.GetValueOrDefault(filter);

        public string Query(Column<TRow>? sort, bool isDown, string? after)
        {
            var parts = Values.Select(value => $"{value.Key}={Uri.EscapeDataString(value.Value)}").ToList();
            if (sort is not null)
                parts.Add($"sort={(isDown ? "-" : "")}{sort.Name}");
            if (after is not null)
                parts.Add($"after={Uri.EscapeDataString(after)}");
            return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
        }
    }
}

/// <param name="Name">In the address and at the head of the file.</param>
/// <param name="Order">By what the table can be sorted; null: it cannot by this.</param>
internal sealed record Column<TRow>(string Name, string Label, Func<TRow, Cell> Cell, Func<TRow, IComparable?>? Order = null)
{
    /// <summary>Numbers stand at the right.</summary>
    public bool IsNumber { get; init; }
}

/// <param name="Choices">Values with their labels; null: any text.</param>
/// <param name="Keeps">Whether a row fits a value; null: the API knows, and is asked with the filter's name.</param>
internal sealed record Filter<TRow>(
    string Name, string Label, IReadOnlyList<(string Value, string Label)>? Choices = null, Func<TRow, string, bool>? Keeps = null);

/// <summary>A list as the API answers it.</summary>
public sealed record ApiList<TRow>(IReadOnlyList<TRow> Data, ApiPage Page);
