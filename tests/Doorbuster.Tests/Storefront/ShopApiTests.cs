using Doorbuster.Storefront.Api;

namespace Doorbuster.Tests.Storefront;

public sealed class ShopApiTests
{
    [Theory, InlineData("", "sid=new"), InlineData("sid=old; lang=en", "lang=en; sid=new"), InlineData("lang=en", "lang=en; sid=new")]
    public void What_an_answer_sets_holds_for_the_next_call(string before, string after) =>
        Assert.Equal(after, ShopApi.With(before, "sid=new; path=/; httponly"));
}
