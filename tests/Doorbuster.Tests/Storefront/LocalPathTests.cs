using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Tests.Storefront;

public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/orders?after=1", "/orders?after=1")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/a\r\nSet-Cookie: x=1", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public void Only_a_path_of_ours_is_followed(string? path, string followed) =>
        Assert.Equal(followed, LocalPath.Or(path, "/"));
}
