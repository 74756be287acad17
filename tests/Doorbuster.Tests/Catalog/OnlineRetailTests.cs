using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;

namespace Doorbuster.Tests.Catalog;

public sealed class OnlineRetailTests
{
    private static readonly string[] Header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    private readonly OnlineRetail _goods = OnlineRetail.For(Header);

    private string? Add(string code, string description, string price, string quantity = "1", string invoice = "536365") =>
        _goods.Add([invoice, code, description, quantity, "12-01-2010 08:26", price, "17850", "United Kingdom"], 2);

    private CatalogRow Only() => Assert.Single(_goods.Products(null)).Row!;

    [Fact]
    public void A_code_is_one_product_whatever_its_case()
    {
        Add("85123a", "LANTERN", "2.55");
        Add("85123A", "LANTERN", "2.95");
        Assert.Equal("85123A", Only().Sku);
    }

    [Fact]
    public void The_description_most_lines_agree_on_names_it()
    {
        Add("1", "RED", "1");
        Add("1", " BLUE ", "1");
        Add("1", "BLUE", "1");
        Add("1", "", "1");
        Add("1", "?", "1");
        Assert.Equal("BLUE", Only().Title);
    }

    [Theory]
    [InlineData("TIN", "CUP")]
    [InlineData("CUP", "TIN")]
    public void Of_equally_frequent_ones_the_first_in_order_whatever_came_first(string first, string second)
    {
        Add("1", first, "1");
        Add("1", second, "1");
        Assert.Equal("CUP", Only().Title);
    }

    [Theory]
    [InlineData(255, "2.55")]
    [InlineData(255, "1.00", "2.55", "99")]
    [InlineData(178, "2.55", "1.00")]           // 1.775: half a penny up
    [InlineData(210, "2.10", "2.10", "1", "5")]
    [InlineData(1, "0.001")]                    // a price below half a penny is still one
    public void The_price_is_the_median(long expected, params string[] prices)
    {
        foreach (var price in prices)
            Assert.Null(Add("1", "CUP", price));
        Assert.Equal((expected, "GBP"), (Only().PriceMinor, Only().Currency));
    }

    [Theory]
    [InlineData("not_goods", "POST", "POSTAGE", "18", "1", "536370")]
    [InlineData("not_goods", "D", "Discount", "27.50", "-1", "C536379")]
    [InlineData("not_goods", "BANK CHARGES", "Bank Charges", "15", "1", "536779")]
    [InlineData("not_goods", "gift_0001_20", "Dotcomgiftshop Gift Voucher", "16.67", "1", "1")]
    [InlineData("not_goods", "AMAZONFEE", "AMAZON FEE", "1", "1", "1")]
    [InlineData("not_goods", "C2", "CARRIAGE", "50", "1", "1")]
    [InlineData("cancellation", "22557", "PLASTERS", "1.65", "-12", "C536391")]
    [InlineData("adjustment", "21777", "", "0", "-10", "536589")]
    [InlineData("no_price", "22139", "amazon", "0", "20", "537000")]
    [InlineData("no_price", "22139", "amazon", "-1", "20", "537000")]
    [InlineData("malformed", "22139", "CUP", "a pound", "1", "1")]
    [InlineData("malformed", "22139", "CUP", "1e5", "1", "1")]
    [InlineData("malformed", "22139", "CUP", "1", "1.5", "1")]
    [InlineData("malformed", "22139", "CUP", "79228162514264337593543950335", "1", "1")]
    [InlineData("malformed", "", "CUP", "1", "1", "1")]
    [InlineData("invalid_sku", "22 139", "CUP", "1", "1", "1")]
    public void Lines_that_say_nothing_about_goods_are_told_apart(
        string reason, string code, string description, string price, string quantity, string invoice)
    {
        Assert.Equal(reason, Add(code, description, price, quantity, invoice));
        Assert.Empty(_goods.Products(null));
    }

    [Fact]
    public void A_code_nobody_described_is_no_product()
    {
        Add("1", "", "2");
        Assert.Null(Assert.Single(_goods.Products(null)).Row);
    }

    [Theory]
    [InlineData("Christmas", "PAPER CHAIN KIT 50'S CHRISTMAS")]
    [InlineData("Candles & Lights", "WHITE HANGING HEART T-LIGHT HOLDER")]
    [InlineData("Bags", "JUMBO BAG RED RETROSPOT")]
    [InlineData("Kitchen", "REGENCY CAKESTAND 3 TIER")]
    [InlineData("Gifts", "SOMETHING ELSE")]
    public void Words_sort_them_into_categories(string category, string description) =>
        Assert.Equal(category, CategoryRules.CategoryOf(description));
}
