namespace Doorbuster.IntegrationTests.Catalog;

public sealed class AdminNonsenseTests(CatalogShop shop) : IClassFixture<CatalogShop>
{
    private const string Good = """{"sku":"NON-1","price":{"amount":100,"currency":"GBP"},"stock":1}""";

    // Method, path, body, the field that is wrong. The product NON exists in version 1.
    public static TheoryData<string, string, string, string> Nonsense => new()
    {
        { "POST", "/products", "", "body" },
        { "POST", "/products", "[]", "body" },
        { "POST", "/products", "{\"title\":", "title" },
        { "POST", "/products", "{}", "title" },
        { "POST", "/products", $$"""{"title":"T","category":"things","variants":[]}""", "variants" },
        { "POST", "/products", $$"""{"title":"T","category":"things","variants":null}""", "variants" },
        { "POST", "/products", $$"""{"title":"T","category":"things","variants":[null]}""", "variants[0]" },
        { "POST", "/products", $$"""{"title":"","category":"things","variants":[{{Good}}]}""", "title" },
        { "POST", "/products", $$"""{"title":"T\n","category":"things","variants":[{{Good}}]}""", "title" },
        { "POST", "/products", $$"""{"title":"T","title":"T","category":"things","variants":[{{Good}}]}""", "title" },
        { "POST", "/products", $$"""{"title":"T","category":"things","colour":"red","variants":[{{Good}}]}""", "colour" },
        { "POST", "/products", $$"""{"title":"T","category":"things","images":[{"address":"javascript:alert(1)"}],"variants":[{{Good}}]}""", "images[0].address" },
        { "POST", "/products", $$"""{"title":"T","category":"things","images":[{"address":"//evil.test/x.png"}],"variants":[{{Good}}]}""", "images[0].address" },
        { "POST", "/products", $$"""{"title":"T","category":"things","image":"/a.png","variants":[{{Good}}]}""", "image" },
        { "PUT", "/products/NON/images", "{}", "images" },
        { "PUT", "/products/NON/images", """{"images":null}""", "images" },
        { "PUT", "/products/NON/images", """{"images":[null]}""", "images[0]" },
        { "PUT", "/products/NON/images", """{"images":[{}]}""", "images[0].address" },
        { "PUT", "/products/NON/images", """{"images":[{"address":""}]}""", "images[0].address" },
        { "PUT", "/products/NON/images", """{"images":[{"address":"data:image/png;base64,AA"}]}""", "images[0].address" },
        { "PUT", "/products/NON/images", """{"images":[{"address":"/a b.png"}]}""", "images[0].address" },
        { "PUT", "/products/NON/images", """{"images":[{"address":"/a.png","alt":"two\nlines"}]}""", "images[0].alt" },
        { "PUT", "/products/NON/images", $$"""{"images":[{"address":"/a.png","alt":"{{new string('x', 301)}}"}]}""", "images[0].alt" },
        { "PUT", "/products/NON/images", """{"images":[{"address":"/a.png","alt":null}]}""", "images[0].alt" },
        { "PUT", "/products/NON/images", """{"images":[{"address":"/a.png","size":1}]}""", "images[0].size" },
        { "PUT", "/products/NON/images", """{"images":[{"address":"/a.png"},{"address":"/a.png","alt":"again"}]}""", "images" },
        { "PUT", "/products/NON/images", $$"""{"images":[{{string.Join(',', Enumerable.Range(0, 13).Select(i => $$"""{"address":"/{{i}}.png"}"""))}}]}""", "images" },
        { "POST", "/products/NON/images", "{}", "address" },
        { "POST", "/products/NON/images", """{"address":"http:evil"}""", "address" },
        { "POST", "/products", $$"""{"title":"T","category":"things","variants":[{{Good}},{{Good}}]}""", "variants" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"../x","price":{"amount":1,"currency":"GBP"},"stock":1}]}""", "variants[0].sku" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":0,"currency":"GBP"},"stock":1}]}""", "variants[0].price.amount" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":-1,"currency":"GBP"},"stock":1}]}""", "variants[0].price.amount" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":9.99,"currency":"GBP"},"stock":1}]}""", "variants[0].price.amount" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":99999999999999999999,"currency":"GBP"},"stock":1}]}""", "variants[0].price.amount" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":1,"currency":"XYZ"},"stock":1}]}""", "variants[0].price.currency" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":1,"currency":"GBP"},"stock":-1}]}""", "variants[0].stock" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":1,"currency":"GBP"},"stock":1,"taxClass":"No Class"}]}""", "variants[0].taxClass" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":1,"currency":"GBP"},"stock":1,"options":{"Size":""}}]}""", "variants[0].options" },
        { "POST", "/products", """{"title":"T","category":"things","variants":[{"sku":"N","price":{"amount":1,"currency":"GBP"},"stock":1,"options":{"Size":null}}]}""", "variants[0].options" },
        { "PATCH", "/products/NON", "{}", "body" },
        { "PATCH", "/products/NON", """{"title":" "}""", "title" },
        { "PATCH", "/products/NON", """{"published":"yes"}""", "published" },
        { "PATCH", "/products/NON", """{"sku":"OTHER"}""", "sku" },
        { "PATCH", "/products/NON", """{"attributes":[1]}""", "attributes" },
        { "PATCH", "/products/NON", """{"attributes":"red"}""", "attributes" },
        { "PATCH", "/products/NON", """{"attributes":{"a":{"b":{"c":{"d":{"e":1}}}}}}""", "attributes" },
        { "PATCH", "/products/NON", """{"attributes":{"a":1e999999}}""", "attributes" },
        { "PATCH", "/products/NON", """{"attributes":{"":1}}""", "attributes" },
        { "PATCH", "/products/NON", """{"attributes":{"a":"\u0000"}}""", "attributes" },
        { "PATCH", "/products/NON", $$$"""{"attributes":{"a":"{{{new string('x', 1_001)}}}"}}""", "attributes" },
        { "PATCH", "/products/NON", $$$"""{"attributes":{"a":[{{{string.Join(',', Enumerable.Repeat(1, 101))}}}]}}""", "attributes" },
        { "POST", "/products/NON/variants", "{}", "sku" },
        { "POST", "/products/NON/variants", """{"sku":"N","price":{"amount":1,"currency":"gbp"},"stock":1}""", "price.currency" },
        { "PATCH", "/variants/NON", "{}", "body" },
        { "PATCH", "/variants/NON", """{"price":{"amount":0,"currency":"GBP"}}""", "price.amount" },
        { "PATCH", "/variants/NON", """{"stock":5}""", "stock" },
        { "PUT", "/variants/NON/stock", "{}", "stock" },
        { "PUT", "/variants/NON/stock", """{"stock":-1}""", "stock" },
        { "PUT", "/variants/NON/stock", """{"stock":1000000001}""", "stock" },
        { "PUT", "/variants/NON/prices", "{}", "prices" },
        { "PUT", "/variants/NON/prices", """{"prices":[null]}""", "prices[0]" },
        { "PUT", "/variants/NON/prices", """{"prices":[{"price":{"amount":2000,"currency":"GBP"}}]}""", "prices[0].price.amount" },
        { "PUT", "/variants/NON/prices", """{"prices":[{"price":{"amount":1,"currency":"EUR"}}]}""", "prices[0].price.currency" },
        { "PUT", "/variants/NON/prices", """{"prices":[{"price":{"amount":1,"currency":"GBP"},"from":"2030-01-02T00:00:00Z","until":"2030-01-02T00:00:00Z"}]}""", "prices[0].until" },
        { "PUT", "/variants/NON/prices", """{"prices":[{"price":{"amount":1,"currency":"GBP"},"from":"0001-01-01T00:00:00Z"}]}""", "prices[0].from" },
        { "PUT", "/variants/NON/prices", """{"prices":[{"price":{"amount":1,"currency":"GBP"},"from":"tomorrow"}]}""", "prices[0].from" },
        { "PUT", "/variants/NON/prices", """{"prices":[{"price":{"amount":1,"currency":"GBP"}},{"price":{"amount":2,"currency":"GBP"}}]}""", "prices" },
        { "POST", "/categories", "{}", "name" },
        { "POST", "/categories", """{"name":"  "}""", "name" },
        { "POST", "/categories", """{"name":"A > B"}""", "name" },
        { "POST", "/categories", """{"name":"!!!"}""", "name" },
        { "PATCH", "/categories/things", "{}", "body" },
        { "PATCH", "/categories/things", """{"name":""}""", "name" },
        { "POST", "/tax-rules", "{}", "country" },
        { "POST", "/tax-rules", """{"country":"England","title":"VAT","rateBasisPoints":1}""", "country" },
        { "POST", "/tax-rules", """{"country":"GB","title":"VAT","rateBasisPoints":10001}""", "rateBasisPoints" },
        { "POST", "/tax-rules", """{"country":"GB","title":"VAT","rateBasisPoints":20.5}""", "rateBasisPoints" },
        { "POST", "/tax-rules", """{"country":"GB","title":"","rateBasisPoints":1}""", "title" },
        { "PUT", "/settings", "{}", "pricesIncludeTax" },
        { "PUT", "/settings", """{"pricesIncludeTax":"maybe"}""", "pricesIncludeTax" },
        { "GET", "/products?limit=0", "", "limit" },
        { "GET", "/products?published=perhaps", "", "published" },
        { "GET", "/categories?limit=101", "", "limit" },
        { "GET", "/tax-rules?limit=x", "", "limit" },
        { "GET", "/changes?kind=person", "", "kind" },
    };

    [Theory, MemberData(nameof(Nonsense))]
    public async Task Nonsense_is_refused_by_field_and_changes_nothing(string method, string path, string body, string field)
    {
        if ((await shop.Send(HttpMethod.Get, "/products/NON")).Status == 404)
            await shop.NewProduct("NON");
        var answer = await shop.Send(new HttpMethod(method), path, method == "GET" ? null : body, "\"1\"");
        Assert.True((400, "invalid_request") == (answer.Status, answer.Code), answer.Body);
        Assert.Contains(field, answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Equal("\"1\"", await shop.Tag("/products/NON"));
    }

    [Theory]
    [InlineData(404, "product_not_found", "GET", "/products/NOTHING")]
    [InlineData(404, "product_not_found", "PATCH", "/products/NOTHING", """{"title":"T"}""")]
    [InlineData(404, "product_not_found", "POST", "/products/NOTHING/variants", Good)]
    [InlineData(404, "product_not_found", "PATCH", "/variants/NOTHING", """{"taxClass":"zero"}""")]
    [InlineData(404, "product_not_found", "PUT", "/variants/NOTHING/stock", """{"stock":1}""")]
    [InlineData(404, "product_not_found", "PUT", "/variants/NOTHING/prices", """{"prices":[]}""")]
    [InlineData(404, "product_not_found", "DELETE", "/variants/NOTHING")]
    [InlineData(404, "product_not_found", "DELETE", "/variants/..%2Fx")]
    [InlineData(404, "category_not_found", "GET", "/categories/nowhere")]
    [InlineData(404, "category_not_found", "PATCH", "/categories/nowhere", """{"name":"N"}""")]
    [InlineData(404, "category_not_found", "DELETE", "/categories/nowhere")]
    [InlineData(404, "not_found", "GET", "/tax-rules/nothing")]
    [InlineData(404, "not_found", "PATCH", "/tax-rules/tax_0000000000001", """{"title":"T"}""")]
    [InlineData(404, "not_found", "DELETE", "/tax-rules/tax_0000000000001")]
    [InlineData(422, "unknown_category", "POST", "/products", $$"""{"title":"T","category":"nowhere","variants":[{{Good}}]}""")]
    [InlineData(422, "unknown_category", "POST", "/categories", """{"name":"N","parent":"nowhere"}""")]
    [InlineData(400, "invalid_cursor", "GET", "/products?after=prd_")]
    [InlineData(400, "invalid_cursor", "GET", "/tax-rules?after=prd_0000000000001")]
    [InlineData(400, "invalid_cursor", "GET", "/changes?after=x")]
    public async Task What_is_not_there_is_said(int status, string code, string method, string path, string? body = null)
    {
        var answer = await shop.Send(new HttpMethod(method), path, body, "\"1\"");
        Assert.True((status, code) == (answer.Status, answer.Code), $"{answer.Status} {answer.Body}");
    }

    [Theory]
    [InlineData("POST", "/products")]
    [InlineData("POST", "/products/NON/variants")]
    [InlineData("POST", "/products/NON/images")]
    [InlineData("POST", "/categories")]
    [InlineData("POST", "/tax-rules")]
    public async Task What_is_made_needs_a_key(string method, string path)
    {
        var answer = await shop.Shop.Send(new HttpMethod(method), CatalogShop.Admin + path, path switch
        {
            "/products" => $$"""{"title":"T","category":"things","variants":[{{Good}}]}""",
            "/products/NON/images" => """{"address":"/a.png"}""",
            "/categories" => """{"name":"N"}""",
            "/tax-rules" => """{"country":"GB","title":"VAT","rateBasisPoints":1}""",
            _ => Good,
        }, "admin");
        Assert.Equal("idempotency_key_missing", answer.Code);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read() =>
        Assert.Equal(413, (await shop.Send(HttpMethod.Post, "/products", $$"""{"title":"{{new string('x', 70_000)}}"}""")).Status);
}
