using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Tests.Web;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"quantity":1,"quantiti":2}""", "quantiti")]
    [InlineData("""{"quantity":1,"quantity":2}""", "quantity")]
    [InlineData("""{"quantity":"1"}""", "quantity")]
    [InlineData("""{"quantity":1.5}""", "quantity")]
    [InlineData("""{"quantity":null}""", "quantity")]
    [InlineData("""{"Quantity":1}""", "Quantity")]
    [InlineData("{}", "quantity")]
    [InlineData("""{"quantity":0}""", "quantity")]
    [InlineData("""{"quantity":99999999999}""", "quantity")]
    [InlineData("""{"quantity":1,"lines":[{"sku":""}]}""", "lines[0].sku")]
    [InlineData("""{"quantity":1,"lines":[{"sku":"a","more":1}]}""", "lines[0].more")]
    [InlineData("""{"quantity":1,"lines":[{}]}""", "lines[0].sku")]
    [InlineData("""{"quantity":1,"note":null}""", "note")]
    [InlineData("""{"quantity":""", "quantity")]
    [InlineData("[1]", "body")]
    [InlineData("null", "body")]
    [InlineData("", "body")]
    [InlineData("hello", "body")]
    public async Task Nonsense_is_refused_naming_the_field(string body, string field)
    {
        await using var shop = await Shop();

        var answer = await shop.Send(HttpMethod.Post, "/asks", body);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.DoesNotContain("Doorbuster", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/asks/abc", "id")]
    [InlineData("/list?limit=x", "limit")]
    [InlineData("/list", "limit")]
    public async Task Nonsense_in_the_address_is_refused_naming_the_parameter(string path, string field)
    {
        await using var shop = await Shop();

        var answer = await shop.Send(HttpMethod.Get, path);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(field, Assert.Single(answer.Json.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task Sense_is_read()
    {
        await using var shop = await Shop();

        var answer = await shop.Send(HttpMethod.Post, "/asks", """{"quantity":3,"lines":[{"sku":"a"}]}""");

        Assert.Equal((200, """{"quantity":3,"lines":[{"sku":"a"}],"note":""}"""), (answer.Status, answer.Body));
    }

    private static Task<TinyShop> Shop() => TinyShop.Start(
        app =>
        {
            app.MapPost("/asks", (Ask ask) => ask).ForAnyone();
            app.MapGet("/asks/{id}", (long id) => id).ForAnyone();
            app.MapGet("/list", (int limit) => limit).ForAnyone();
        },
        builder =>
        {
            builder.Services.AddValidation();
            builder.Services.ConfigureHttpJsonOptions(json =>
                json.SerializerOptions.TypeInfoResolverChain.Insert(0, StrictJson.Default));
        });

    public sealed record Ask([Range(1, 10)] int Quantity, IReadOnlyList<Line>? Lines = null, string Note = "");

    public sealed record Line([Required] string Sku);
}

[JsonSerializable(typeof(StrictJsonTests.Ask))]
internal sealed partial class StrictJson : JsonSerializerContext;
