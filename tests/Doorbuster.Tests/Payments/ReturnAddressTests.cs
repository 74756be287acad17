using Doorbuster.Payments.Sandbox;

namespace Doorbuster.Tests.Payments;

public sealed class ReturnAddressTests
{
    [Theory]
    [InlineData("https://shop.example/orders?thanks=1", "https://shop.example/orders?thanks=1", "https://shop.example:443")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080/", "http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080/x", "http://[::1]:8080/x", "http://[::1]:8080")]
    [InlineData("https://schöner-laden.example/danke?ä=1", "https://xn--schner-laden-6ib.example/danke?%C3%A4=1", "https://xn--schner-laden-6ib.example:443")]
    [InlineData("https://me:secret@shop.example/", "https://me:secret@shop.example/", "https://shop.example:443")]
    public void A_page_is_written_as_headers_need_it(string text, string address, string origin)
    {
        var page = ReturnAddress.Read(text)!;

        Assert.Equal((address, origin), (page.AbsoluteUri, ReturnAddress.OriginOf(page)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("http://")]
    [InlineData("https://a b/")]
    [InlineData("https://shop.example; script-src *")]
    [InlineData("https://shop.example;script-src/")]
    [InlineData("https://shop.example,evil/")]
    [InlineData("ftp://shop.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/orders")]
    public void What_is_no_page_is_none(string? text) => Assert.Null(ReturnAddress.Read(text));
}
