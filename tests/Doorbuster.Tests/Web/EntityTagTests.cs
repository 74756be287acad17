using Doorbuster.Platform.Web;

namespace Doorbuster.Tests.Web;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("\"abc\"", true)]
    [InlineData("W/\"abc\"", true)]
    [InlineData("\"x\", \"abc\"", true)]
    [InlineData("*", true)]
    [InlineData("\"abcd\"", false)]
    [InlineData("abc", false)]
    [InlineData("garbage,,,\"", false)]
    [InlineData("", false)]
    public void A_known_tag_is_found_in_what_the_caller_names(string header, bool isKnown) =>
        Assert.Equal(isKnown, EntityTags.Matches(header, "\"abc\""));

    [Theory]
    [InlineData("\"3\"", true)]
    [InlineData("W/\"3\"", true)]
    [InlineData("\"1\", \"3\"", true)]
    [InlineData("*", true)]
    [InlineData("\"2\"", false)]
    [InlineData("3", false)]
    [InlineData("garbage,,,\"", false)]
    public void A_version_is_a_tag_like_any(string header, bool isKnown) =>
        Assert.Equal(isKnown, EntityTags.Matches(header, EntityTags.OfVersion(3)));

    [Theory]
    [InlineData("\"3\"", 3)]
    [InlineData("\"2147483647\"", int.MaxValue)]
    [InlineData("\"2147483648\"", null)]
    [InlineData("\"-1\"", null)]
    [InlineData("\"+1\"", null)]
    [InlineData("\" 1\"", null)]
    [InlineData("W/\"3\"", null)]
    [InlineData("3", null)]
    [InlineData("*", null)]
    [InlineData("\"\"", null)]
    [InlineData("\"", null)]
    [InlineData("", null)]
    public void Only_what_may_have_been_a_version_is_read_as_one(string ifMatch, int? version) =>
        Assert.Equal(version, EntityTags.ReadVersion<int>(ifMatch));
}
