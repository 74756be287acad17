using System.Xml.Linq;
using Doorbuster.Catalog;
using Doorbuster.Catalog.Demo;
using Doorbuster.Catalog.Import;

namespace Doorbuster.Tests.Catalog;

public sealed class DemoShopTests
{
    private static readonly CatalogRow[] Rows = [.. DemoShop.Rows()];

    [Fact]
    public void It_has_over_200_products_in_12_categories()
    {
        Assert.True(Rows.Count(row => row.Leads) >= 200);
        Assert.Equal(12, Rows.Select(row => row.Category).Distinct().Count());
        Assert.Equal(Rows.Length, Rows.Select(row => row.Sku).Distinct().Count());
        Assert.Equal(Rows.Count(row => row.Leads), Rows.Where(row => row.Leads).Select(row => row.Title).Distinct().Count());
    }

    [Fact]
    public void It_is_the_same_shop_every_time() =>
        Assert.Equal(Rows.Select(Text), DemoShop.Rows().Select(Text));

    [Fact]
    public void Our_own_import_takes_every_row_as_it_is()
    {
        string[] options = ["Colour", "Edition", "Pack", "Size"];
        var format = CatalogCsv.For([.. CatalogCsv.Header(options)]);
        Assert.All(Rows, row => Assert.Equal(Text(row), Text(format.Parse([.. CatalogCsv.Format(row, options)], 0).Row!)));
    }

    [Fact]
    public void A_product_comes_before_its_variants() =>
        Assert.All(Rows.Index(), row => Assert.Contains(Rows.Take(row.Index + 1), lead => lead.Sku == row.Item.Product));

    [Fact]
    public void Every_product_has_a_picture_that_is_xml()
    {
        foreach (var image in Rows.SelectMany(row => row.Images!).Select(image => image.Address).Distinct())
        {
            var (name, view) = GetDemoImage.Parse(image["/images/demo/".Length..^".svg".Length])!.Value;
            Assert.Equal(image, GetDemoImage.AddressOf(name, view));
            var product = DemoShop.Find(name);
            Assert.NotNull(product);
            Assert.Equal("svg", XDocument.Parse(DemoImage.Draw(product.Value.Title, product.Value.Category, view)).Root!.Name.LocalName);
        }
    }

    [Fact]
    public void A_third_of_the_products_are_seen_from_several_sides_each_described()
    {
        var leading = Rows.Where(row => row.Leads).ToList();
        Assert.All(leading, row => Assert.NotEmpty(row.Images!));
        Assert.All(leading.SelectMany(row => row.Images!.Skip(1)), image => Assert.NotEmpty(image.Alt));
        Assert.InRange(leading.Count(row => row.Images!.Count > 1), leading.Count / 4, leading.Count / 2);
        Assert.Equal(4, leading.Single(row => row.Sku == "MIDNIGHT-MUG").Images!.Select(image => image.Address).Distinct().Count());
    }

    [Theory]
    [InlineData("KIT-001_back")]
    [InlineData("KIT-001_close_close")]
    [InlineData("KIT-001_")]
    [InlineData("KIT-001_Close")]
    public void There_are_no_other_views(string name) => Assert.Null(GetDemoImage.Parse(name));

    [Theory]
    [InlineData("")]
    [InlineData("KIT")]
    [InlineData("KIT-000")]
    [InlineData("KIT-999")]
    [InlineData("KIT-1")]
    [InlineData("kit-001")]
    [InlineData("KIT-001-<script>")]
    [InlineData("XXX-001")]
    public void Other_names_have_none(string name) => Assert.Null(DemoShop.Find(name));

    private static string Text(CatalogRow row) =>
        string.Join('|', CatalogCsv.Format(row, row.Options.Keys)) + string.Join('|', row.Options);
}
