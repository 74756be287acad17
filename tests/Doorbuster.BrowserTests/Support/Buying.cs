using System.Text.RegularExpressions;
using Doorbuster.IntegrationTests;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests.Support;

/// <summary>The steps of a purchase, for whoever needs a cart or an order to begin with: by the forms of the pages, without
/// looking at them.</summary>
public static partial class Buying
{
    private const string SkuForAll = "KIT-003";

    private static int _houses;

    private static readonly Dictionary<string, string> Address = new()
    {
        ["email"] = "grace@example.test",
        ["name"] = "Grace Hopper",
        ["line1"] = "1 Navy Yard",
        ["city"] = "London",
        ["postalCode"] = "SW1A 1AA",
        ["country"] = "GB",
        ["shippingMethod"] = "standard",
    };

    public static async Task PutInCart(Visitor visitor, string sku = SkuForAll) =>
        await Send(visitor, "/cart/items", new() { ["sku"] = sku, ["quantity"] = "1" });

    /// <summary>"Buy now", to the checkout.</summary>
    public static async Task ToCheckout(Visitor visitor) => await visitor.Open(await Begin(visitor, SkuForAll));

    /// <summary>To the payment page of an order that waits for its payment.</summary>
    public static async Task ToPayment(Visitor visitor) => await visitor.Open(await PlaceOrder(visitor, SkuForAll));

    /// <summary>To an order that the provider has told of.</summary>
    /// <param name="how"><c>approve</c> or <c>decline</c>.</param>
    /// <param name="title">What the order's page says then.</param>
    public static async Task ToOrder(Visitor visitor, string how, string title)
    {
        var payUrl = await PlaceOrder(visitor, SkuForAll);
        var order = await Send(visitor, $"{payUrl}/{how}", []);
        await Eventually.IsTrue(
            async () => (await (await visitor.Page.APIRequest.GetAsync(order)).TextAsync()).Contains(title, StringComparison.Ordinal),
            title, TimeSpan.FromSeconds(15));
        await visitor.Open(order);
    }

    /// <summary>Writes a guest's contact and address into the checkout.</summary>
    public static async Task FillIn(IPage page)
    {
        await page.GetByLabel("E-mail").FillAsync(Address["email"]);
        await page.GetByLabel("Full name").FillAsync(Address["name"]);
        await page.GetByLabel("Street and number").FillAsync(Address["line1"]);
        await page.GetByLabel("Town or city").FillAsync(Address["city"]);
        await page.GetByLabel("Postcode").FillAsync(Address["postalCode"]);
        await page.GetByLabel("Postcode").BlurAsync();
    }

    private static Task<string> Begin(Visitor visitor, string sku) =>
        Send(visitor, "/checkout", new() { ["sku"] = sku, ["quantity"] = "1" });

    private static async Task<string> PlaceOrder(Visitor visitor, string sku)
    {
        var checkout = await Begin(visitor, sku);
        // Nobody lives where the others live: of too many at one address the orders are held.
        var address = new Dictionary<string, string>(Address) { ["line1"] = $"{Interlocked.Increment(ref _houses)} Navy Yard" };
        var shown = await Post(visitor, checkout, new(address) { ["do"] = "see" });
        var total = Shown().Match(await shown.TextAsync()).Groups[1].Value;
        return await Send(visitor, checkout, new(address) { ["do"] = "order", ["shown"] = total });
    }

    /// <summary>Where the form leads.</summary>
    private static async Task<string> Send(Visitor visitor, string path, Dictionary<string, string> fields)
    {
        var answer = await Post(visitor, path, fields);
        Assert.True(answer.Status == 303, $"{path} answers {answer.Status}");
        return answer.Headers["location"];
    }

    private static async Task<IAPIResponse> Post(Visitor visitor, string path, Dictionary<string, string> fields)
    {
        var form = visitor.Page.APIRequest.CreateFormData();
        foreach (var (name, value) in fields)
            form.Append(name, value);
        return await visitor.Page.APIRequest.PostAsync(path, new()
        {
            Form = form,
            MaxRedirects = 0,
            Headers = new Dictionary<string, string> { ["Sec-Fetch-Site"] = "same-origin", ["Accept"] = "text/html" },
        });
    }

    [GeneratedRegex("name=\"shown\" value=\"([0-9]+)\"")]
    private static partial Regex Shown();
}
