using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Assets;
using Doorbuster.Storefront.Console.Tables;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Doorbuster.Tests.Storefront;

/// <summary>A table over a list of numbers that is read page by page, as the API's are.</summary>
public sealed class TableTests
{
    private readonly List<string> _calls = [];

    [Fact]
    public async Task As_it_is_it_is_the_apis_own_page()
    {
        var first = await Show(Numbers(100), "");
        var second = await Show(Numbers(100), first.Next!.Split('?')[1]);

        Assert.Equal(["0", "1", "2"], first.Rows.Take(3).Select(row => row[0].Plain));
        Assert.Equal("40", second.Rows[0][0].Plain);
        Assert.Null(first.First);
        Assert.Equal("/t", second.First);
        Assert.Equal(["?limit=40", "?limit=40&after=39"], _calls);
    }

    [Fact]
    public async Task Sorted_it_goes_on_after_the_last_row_shown()
    {
        var first = await Show(Numbers(100), "sort=-n");
        var second = await Show(Numbers(100), first.Next!.Split('?')[1]);
        var third = await Show(Numbers(100), second.Next!.Split('?')[1]);

        Assert.Equal(Enumerable.Range(0, 100).Reverse().Select(n => $"{n}"),
            first.Rows.Concat(second.Rows).Concat(third.Rows).Select(row => row[0].Plain));
        Assert.Null(third.Next);
        Assert.Equal(("descending", "/t?sort=n"), (first.Heads[0].Direction, first.Heads[0].Path));
    }

    [Fact]
    public async Task A_filter_of_ours_looks_at_the_first_thousand_and_says_so()
    {
        var some = await Show(Numbers(500), "ends=7");
        var many = await Show(Numbers(5_000), "ends=7");

        Assert.All(some.Rows, row => Assert.EndsWith("7", row[0].Plain, StringComparison.Ordinal));
        Assert.Null(some.LookedThrough);
        Assert.Equal(1_000, many.LookedThrough);
    }

    [Fact]
    public async Task What_the_api_can_filter_it_is_asked_for()
    {
        await Show(Numbers(10), "kind=a%26b&unknown=x");
        Assert.Equal(["?limit=40&kind=a%26b"], _calls);
    }

    [Theory, InlineData("choice=none"), InlineData("sort=nothing"), InlineData("ends=")]
    public async Task Nonsense_in_the_address_changes_nothing(string query) =>
        Assert.Equal("0", (await Show(Numbers(3), query)).Rows[0][0].Plain);

    [Fact]
    public async Task A_file_has_all_that_the_filters_leave_in_the_order_shown()
    {
        var (rows, _) = await Numbers(450).Export(Ask("ends=7&sort=-n"));
        Assert.Equal(45, rows!.Count);
        Assert.Equal("447", rows[0][0]);
    }

    [Fact]
    public async Task A_refusal_of_the_api_is_the_tables()
    {
        var refused = Numbers(1) with
        { List = (_, _) => Task.FromResult(new ApiAnswer<ApiList<int>>(null, new() { Code = "away", Status = 503 }, null!)) };
        Assert.Equal(503, (await refused.Show(Ask(""), "/t")).Refusal!.Status);
        Assert.Equal(503, (await refused.Export(Ask(""))).Refusal!.Status);
    }

    private static async Task<TableModel> Show(Table<int> table, string query) => (await table.Show(Ask(query), "/t")).Model!;

    private Table<int> Numbers(int count) => new()
    {
        Name = "numbers",
        Title = "t",
        Key = n => $"{n}",
        List = (_, query) =>
        {
            _calls.Add(query);
            var asked = QueryHelpers.ParseQuery(query);
            var limit = int.Parse(asked["limit"]!, null);
            var after = asked.TryGetValue("after", out var key) ? int.Parse(key!, null) : -1;
            var rows = Enumerable.Range(0, count).Where(n => n > after).Take(limit).ToList();
            var hasMore = rows.Count > 0 && rows[^1] < count - 1;
            return Task.FromResult(new ApiAnswer<ApiList<int>>(
                new(rows, new(hasMore, hasMore ? $"{rows[^1]}" : null)), null, null!));
        },
        Filters =
        [
            new("ends", "t", Keeps: (n, end) => $"{n}".EndsWith(end, StringComparison.Ordinal)), new("kind", "t"),
            new("choice", "t", [("a", "t")], (_, _) => false),
        ],
        Columns = [new("n", "t", n => Cell.Of(n), n => n)],
    };

    private static PageRequest Ask(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString(query.Length == 0 ? "" : "?" + query);
        var context = new PageContext
        {
            Language = Language.English,
            Assets = new AssetStore(),
            Path = "/t",
            Origin = "http://shop.example",
            Now = DateTimeOffset.UnixEpoch,
        };
        return new PageRequest(http, Language.English, new ShopApi(null!, null, default), context, FormCollection.Empty);
    }
}
