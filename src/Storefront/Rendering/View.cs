using System.Globalization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Microsoft.AspNetCore.Components;

namespace Doorbuster.Storefront.Rendering;

/// <summary>The base of every component: the page it is on, its words, and how things are written in its language.</summary>
public abstract class View : ComponentBase
{
    [CascadingParameter]
    public required PageContext Page { get; set; }

    /// <summary>Texts: <c>@T["home.title"]</c>, <c>@T["search.title_of", text]</c>, <c>@T.Count("home.limit", 3)</c>.</summary>
    protected Words T => Page.Words;

    /// <summary>A path of the shop in the page's language. Every link of ours goes through it.</summary>
    protected string Link(string path) => Page.Language.Link(path);

    protected string Asset(string name) => Page.Assets.Address(name);

    protected string Money(ApiMoney money) => Format.Money(money.Amount, money.Currency, Page.Language);

    protected string Number(long number) => Format.Number(number, Page.Language);

    protected string Date(DateTimeOffset at) => Format.Date(at, Page.Language);

    /// <summary>In UTC; <see cref="Parts.Time"/> lets the browser show it in its own zone.</summary>
    protected string DateAndTime(DateTimeOffset at) => Format.DateAndTime(at.ToUniversalTime(), Page.Language);

    /// <summary>As programs read it.</summary>
    protected static string Iso(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A page, made of a model that was loaded before: components read nothing and decide nothing.</summary>
public abstract class View<TModel> : View
{
    [Parameter, EditorRequired]
    public required TModel Model { get; set; }
}
