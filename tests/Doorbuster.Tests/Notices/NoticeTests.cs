using Doorbuster.Contracts.Orders;
using Doorbuster.Notices;
using Doorbuster.Platform;

namespace Doorbuster.Tests.Notices;

public sealed class NoticeTests
{
    private static readonly OrderFact Order = new(
        42, 7, "stock", "GBP", 2_500, [new("LAMP", "A lamp", 2, 1_250)], DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_title_is_one_line_however_it_was_written()
    {
        var notice = new NewNotice(1, "k", "kind", "Hello\r\nBcc: all@example.test\0", "a\r\nb\u0007\0c", "/x").Tidy();
        Assert.Equal("Hello  Bcc: all@example.test ", notice.Title);
        Assert.Equal("a\nbc", notice.Text);
    }

    [Fact]
    public void What_is_too_long_is_cut_and_never_inside_a_character()
    {
        var notice = new NewNotice(
            1, "k", "kind", new string('t', 198) + "😀😀", new string('x', 5_000), null).Tidy();
        Assert.Equal(new string('t', 198) + "…", notice.Title);
        Assert.Equal(4_000, notice.Text.Length);
    }

    [Theory]
    [InlineData("/orders/ord_1", true)]
    [InlineData("/", true)]
    [InlineData("//evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("/a b", false)]
    [InlineData("/a\"onclick", false)]
    [InlineData("", false)]
    public void A_path_leads_into_the_shop_or_nowhere(string path, bool isKept) =>
        Assert.Equal(isKept ? path : null, new NewNotice(1, "k", "kind", "t", "x", path).Tidy().Path);

    [Theory]
    [InlineData("paid", "paid", "order_paid")]
    [InlineData("shipped", "shipped", "order_shipped")]
    [InlineData("cancelled", "hold_expired", "order_expired")]
    [InlineData("cancelled", "cancelled_by_shop", "order_cancelled")]
    [InlineData("refunding", "cancelled_by_shop", "order_cancelled")]
    [InlineData("refunding", "cancelled_by_buyer", null)]
    [InlineData("cancelled", "cancelled_by_buyer", null)]
    [InlineData("placed", "placed", null)]
    [InlineData("completed", "completed", null)]
    public void People_are_told_what_they_did_not_do_themselves(string to, string reason, string? kind)
    {
        var notice = OrderNotices.Of(to, reason, Order);
        Assert.Equal(kind, notice?.Kind);
        Assert.Equal(kind is null ? null : $"{kind}:42", notice?.Key);
    }

    [Fact]
    public void A_paid_order_is_told_with_its_money_and_its_goods()
    {
        var text = OrderNotices.Of("paid", "paid", Order)!.Text;
        Assert.Contains("GBP 25.00", text, StringComparison.Ordinal);
        Assert.Contains("2 × A lamp", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_250, "GBP", "GBP 12.50")]
    [InlineData(1_250, "JPY", "JPY 1,250")]
    [InlineData(1_250, "KWD", "KWD 1.250")]
    [InlineData(5, "EUR", "EUR 0.05")]
    [InlineData(long.MaxValue, "EUR", "EUR 92,233,720,368,547,758.07")]
    public void Money_is_written_in_the_currencys_digits(long minor, string currency, string text) =>
        Assert.Equal(text, Currencies.Text(minor, currency));
}
