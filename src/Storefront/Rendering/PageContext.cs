using Doorbuster.Storefront.Assets;
using Doorbuster.Storefront.Languages;

namespace Doorbuster.Storefront.Rendering;

/// <summary>What every component knows of the page it is on. Nothing of the person: a page may be everybody's.</summary>
public sealed record PageContext
{
    public required Language Language { get; init; }
    public required AssetStore Assets { get; init; }

    /// <summary>The page's path in the default language, without the query: <c>/products/KIT-001</c>. After a form, that of the
    /// page it shows.</summary>
    public required string Path { get; init; }

    /// <summary>With the question mark, or empty.</summary>
    public string Query { get; init; } = "";

    /// <summary>Scheme and host under which people know the shop, e.g. <c>https://shop.example</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>When it is made.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>A path of ours, or an address already, for who reads it elsewhere.</summary>
    public string Absolute(string address) => address.StartsWith('/') ? Origin + address : address;

    public Words Words => Words.In(Language);
}
