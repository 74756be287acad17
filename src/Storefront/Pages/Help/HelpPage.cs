using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Pages.Help;

/// <summary>How a sale works, delivery, returns, and what people ask.</summary>
internal static class HelpPage
{
    /// <summary>Each has a title, <c>help.&lt;name&gt;</c>, and a text, <c>help.&lt;name&gt;_text</c>.</summary>
    private static readonly string[] Questions = ["sale", "fair", "held", "twice", "paying", "delivery", "returns", "account", "data"];

    public static void Map(PageRoutes pages) =>
        pages.Cached("/help", _ => Task.FromResult(PageResult.View<Help, HelpModel>(new(Questions))));
}

public sealed record HelpModel(IReadOnlyList<string> Questions);
