using Doorbuster.Catalog;
using Doorbuster.Catalog.Import;

namespace Doorbuster.Tests.Catalog;

public sealed class CatalogCsvTests
{
    private static readonly string[] Header =
        ["sku", "product", "title", "category", "price", "currency", "stock", "description", "image", "image_alt", "published", "option:Size"];

    private static (CatalogRow? Row, string Reason) Parse(
        string sku = "mug-1", string product = "", string title = "Mug", string category = "Home > Kitchen", string price = "9.99",
        string currency = "GBP", string stock = "5", string description = "", string image = "", string imageAlt = "", string published = "", string size = "") =>
        CatalogCsv.For(Header).Parse([sku, product, title, category, price, currency, stock, description, image, imageAlt, published, size], 2);

    [Fact]
    public void A_row_is_a_variant()
    {
        var row = Parse(size: "Large").Row!;
        Assert.Equal(("MUG-1", "MUG-1", "Mug", "Home > Kitchen", 999L, "GBP", 5L, true),
            (row.Sku, row.Product, row.Title, row.Category, row.PriceMinor, row.Currency, row.Stock, row.IsPublished));
        Assert.Equal("Large", row.Options["Size"]);
    }

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        var row = Parse(description: "A \"mug\",\nof stone", image: "/m.svg\n /n.svg  https://cdn.test/o.png", imageAlt: "\r\nThe \"handle\", near\n", published: "no", size: "XL", currency: "KWD", price: "1.234").Row!;
        var fields = CatalogCsv.Format(row, ["Size"]).ToArray();
        var again = CatalogCsv.For([.. CatalogCsv.Header(["Size"])]).Parse(fields, 2).Row!;
        Assert.Equal(row with { Options = again.Options, Images = again.Images }, again);
        Assert.Equal(row.Options, again.Options);
        Assert.Equal(row.Images, again.Images);
        Assert.Equal([new("/m.svg"), new("/n.svg", "The \"handle\", near"), new("https://cdn.test/o.png")], again.Images!);
    }

    [Theory]
    [InlineData("1.999", "GBP")]
    [InlineData("10.5", "JPY")]
    [InlineData("0", "GBP")]
    [InlineData("-1", "GBP")]
    [InlineData("1,5", "GBP")]
    [InlineData("1e3", "GBP")]
    [InlineData("£5", "GBP")]
    [InlineData("NaN", "GBP")]
    [InlineData("99999999999999999999", "GBP")]
    [InlineData("", "GBP")]
    public void Prices_are_plain_numbers_above_zero_with_the_currencys_digits(string price, string currency) =>
        Assert.Equal(Reason.InvalidPrice, Parse(price: price, currency: currency).Reason);

    [Fact]
    public void Every_field_has_its_reason()
    {
        Assert.Equal(Reason.InvalidSku, Parse(sku: "").Reason);
        Assert.Equal(Reason.InvalidSku, Parse(sku: "a b").Reason);
        Assert.Equal(Reason.InvalidSku, Parse(sku: new('a', 41)).Reason);
        Assert.Equal(Reason.InvalidSku, Parse(product: "../etc").Reason);
        Assert.Equal(Reason.MissingTitle, Parse(title: " ").Reason);
        Assert.Equal(Reason.InvalidText, Parse(title: new('a', 201)).Reason);
        Assert.Equal(Reason.InvalidText, Parse(title: "a\0b").Reason);
        Assert.Equal(Reason.InvalidText, Parse(description: "a\0b").Reason);
        Assert.Equal(Reason.InvalidText, Parse(size: new('a', 81)).Reason);
        Assert.Equal(Reason.InvalidCategory, Parse(category: "A > > B").Reason);
        Assert.Equal(Reason.InvalidCategory, Parse(category: "A > B > C > D > E").Reason);
        Assert.Equal(Reason.InvalidCurrency, Parse(currency: "gbp").Reason);
        Assert.Equal(Reason.InvalidCurrency, Parse(currency: "POUND").Reason);
        Assert.Equal(Reason.InvalidStock, Parse(stock: "-1").Reason);
        Assert.Equal(Reason.InvalidStock, Parse(stock: "1.5").Reason);
        Assert.Equal(Reason.InvalidStock, Parse(stock: "99999999999").Reason);
        Assert.Equal(Reason.InvalidImage, Parse(image: "javascript:alert(1)").Reason);
        Assert.Equal(Reason.InvalidImage, Parse(image: "//evil.test/x.png").Reason);
        Assert.Equal(Reason.InvalidImage, Parse(image: "/a.png javascript:alert(1)").Reason);
        Assert.Equal(Reason.InvalidImage, Parse(image: "/a.png /b.png /a.png").Reason);
        Assert.Equal(Reason.InvalidImage, Parse(image: string.Join(' ', Enumerable.Range(0, 13).Select(i => $"/{i}.png"))).Reason);
        Assert.Equal(Reason.InvalidImage, Parse(image: "/a.png", imageAlt: "one\ntwo").Reason);
        Assert.Equal(Reason.InvalidImage, Parse(imageAlt: "of nothing").Reason);
        Assert.Equal(Reason.InvalidImage, Parse(image: "/a.png", imageAlt: new('a', 301)).Reason);
        Assert.Equal(Reason.InvalidPublished, Parse(published: "maybe").Reason);
    }

    [Fact]
    public void A_file_without_a_column_for_pictures_says_nothing_of_them_and_an_empty_field_says_there_are_none()
    {
        Assert.Null(CatalogCsv.For(["sku", "title", "price"]).Parse(["A", "A", "1"], 2).Row!.Images);
        Assert.Empty(CatalogCsv.For(["sku", "title", "price", "image"]).Parse(["A", "A", "1", ""], 2).Row!.Images!);
        Assert.Throws<BadFileException>(() => CatalogCsv.For(["sku", "title", "price", "image_alt"]));
    }

    [Fact]
    public void A_variant_of_another_product_needs_no_title() => Assert.NotNull(Parse(sku: "mug-2", product: "mug-1", title: "").Row);

    [Theory]
    [InlineData("sku", "title", "price", "colour")]
    [InlineData("sku", "title", "price", "SKU")]
    [InlineData("sku", "title", "price", "option:")]
    public void A_header_with_an_unknown_or_doubled_column_is_refused(params string[] header) =>
        Assert.Throws<BadFileException>(() => CatalogCsv.For(header));

    [Theory]
    [InlineData("home", "Home")]
    [InlineData("home.chef-s-corner", "Home", "Chef & S  Corner!")]
    [InlineData("câfé", "Câfé")]
    [InlineData("chefs", "Chef's")]
    public void Categories_have_readable_slugs(string slug, params string[] names) => Assert.Equal(slug, CategoryPath.SlugOf(names));

    [Theory]
    [InlineData(Reason.InvalidSalePrice, "10.00", "", "")]
    [InlineData(Reason.InvalidSalePrice, "9.999", "", "")]
    [InlineData(Reason.InvalidSalePrice, "0", "", "")]
    [InlineData(Reason.InvalidSalePrice, "", "2030-01-01T00:00:00Z", "")]
    [InlineData(Reason.InvalidSaleTime, "5", "2030-01-01", "")]
    [InlineData(Reason.InvalidSaleTime, "5", "2030-01-01T00:00:00", "")]
    [InlineData(Reason.InvalidSaleTime, "5", "0001-01-01T00:00:00Z", "")]
    [InlineData(Reason.InvalidSaleTime, "5", "2030-01-01T01:00:00+01:00", "2030-01-01T00:00:00Z")]
    [InlineData("", "5", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00.001Z")]
    [InlineData("", "5", "", "")]
    [InlineData("", "", "", "")]
    public void A_sale_price_is_below_the_price_and_has_its_times(string reason, string price, string from, string until) =>
        Assert.Equal(reason, CatalogCsv.For(["sku", "title", "price", "sale_price", "sale_from", "sale_until"])
            .Parse(["A", "A", "10.00", price, from, until], 2).Reason);

    [Theory]
    [InlineData(Reason.InvalidAttributes, "standard", "red")]
    [InlineData(Reason.InvalidAttributes, "standard", "[1]")]
    [InlineData(Reason.InvalidAttributes, "standard", "{\"a\":1,}")]
    [InlineData(Reason.InvalidTaxClass, "VAT", "")]
    [InlineData("", "reduced", "{\"a\":1}")]
    public void Attributes_and_tax_classes_have_their_form(string reason, string taxClass, string attributes) =>
        Assert.Equal(reason, CatalogCsv.For(["sku", "title", "price", "tax_class", "attributes"])
            .Parse(["A", "A", "10.00", taxClass, attributes], 2).Reason);
}
