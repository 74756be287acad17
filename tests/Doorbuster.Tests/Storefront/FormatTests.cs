using Doorbuster.Storefront.Languages;

namespace Doorbuster.Tests.Storefront;

public sealed class FormatTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 20, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(123_456, "GBP", "£1,234.56", "£1,234.56")]
    [InlineData(5, "USD", "$0.05", "US$0.05")]
    [InlineData(-1999, "EUR", "−€19.99", "−€19.99")]
    [InlineData(1_500, "JPY", "¥1,500", "JP¥1,500")]
    [InlineData(1_500, "CNY", "CN¥15.00", "¥15.00")]
    [InlineData(1_234_567, "KWD", "KWD 1,234.567", "KWD 1,234.567")]
    [InlineData(long.MinValue, "GBP", "−£92,233,720,368,547,758.08", "−£92,233,720,368,547,758.08")]
    public void Money_is_written_as_each_language_does(long minor, string currency, string english, string chinese)
    {
        Assert.Equal(english, Format.Money(minor, currency, Language.English));
        Assert.Equal(chinese, Format.Money(minor, currency, Language.Chinese));
    }

    [Fact]
    public void Times_and_days_are_written_as_each_language_does()
    {
        Assert.Equal("Fri 20 Nov, 20:05", Format.DateAndTime(At, Language.English));
        Assert.Equal("11月20日 周五 20:05", Format.DateAndTime(At, Language.Chinese));
        Assert.Equal("20 Nov 2026", Format.Date(At, Language.English));
        Assert.Equal("2026年11月20日", Format.Date(At, Language.Chinese));
    }

    [Theory]
    [InlineData(null, "en")]
    [InlineData("", "en")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh")]
    [InlineData("en-US,en;q=0.9,zh;q=0.1", "en")]
    [InlineData("de,fr;q=0.5", "en")]
    [InlineData("de,zh-TW;q=0.5,en;q=0.4", "zh")]
    [InlineData(";;;q=,zh;q=nonsense", "en")]
    public void The_browser_says_what_it_reads(string? accepted, string language) =>
        Assert.Equal(language, Language.Negotiate(accepted).Code);

    [Theory]
    [InlineData("/", "/zh/")]
    [InlineData("/help", "/zh/help")]
    public void A_path_has_an_address_in_every_language(string path, string chinese)
    {
        Assert.Equal(chinese, Language.Chinese.Link(path));
        Assert.Equal(path, Language.Chinese.Strip(chinese));
        Assert.Same(Language.Chinese, Language.OfPath(chinese));
        Assert.Same(Language.English, Language.OfPath(path));
    }

    [Theory]
    [InlineData("12.5", "GBP", 1_250)]
    [InlineData("12,50", "GBP", 1_250)]
    [InlineData("7", "JPY", 7)]
    [InlineData("0.001", "KWD", 1)]
    [InlineData("99999999999999", "KWD", 99_999_999_999_999_000)]
    public void An_amount_is_read_as_people_write_it(string text, string currency, long minor)
    {
        Assert.True(Format.TryReadMoney(text, currency, out var read));
        Assert.Equal(minor, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("much")]
    [InlineData("-1")]
    [InlineData("1.005")]
    [InlineData("1.000,00")]
    [InlineData("1e3")]
    [InlineData("123456789012345")]
    public void What_is_no_amount_is_not_read(string text) => Assert.False(Format.TryReadMoney(text, "GBP", out _));
}
