using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Carts;

/// <summary><c>doorbuster checkout …</c></summary>
internal static class CheckoutCommand
{
    internal static readonly string[] Header =
    [
        "checkout", "person", "guest", "state", "made_at", "changed_at", "currency", "items_minor", "promotion_off_minor",
        "coupon_off_minor", "shipping_minor", "tax_minor", "points_paid_minor", "wallet_paid_minor", "total_minor", "country",
        "shipping_method", "skus", "order",
    ];

    public static Command Make(CommandHost host)
    {
        var file = CsvExport.File();
        var export = new Command(
            "export", "Export all checkouts, ordered or not; nothing in it names a person but the id.") { file };
        export.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var name = arguments.GetValue(file)!;
            var store = services.GetRequiredService<CheckoutStore>();
            var (count, _) = await CsvExport.Write(name, Header, Rows(store, token), token);
            output.Note($"{count:N0} checkouts written to {name}");
            return ExitCode.Ok;
        }, cancel));
        return new Command("checkout", "What people meant to buy.") { export };
    }

    internal static async IAsyncEnumerable<string[]> Rows(
        CheckoutStore store, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (checkout, changedAt) in store.ReadAll(cancel))
            yield return Fields(checkout, changedAt);
    }

    private static string[] Fields(Checkout checkout, DateTimeOffset changedAt)
    {
        var quote = checkout.Quote;
        return
        [
            Checkout.PublicIdOf(checkout.Id), PublicId.Format("usr", checkout.Person), checkout.IsGuest ? "yes" : "no",
            CheckoutSteps.NameOf(checkout.State), Time(checkout.MadeAt), Time(changedAt), quote.Currency,
            Number(quote.Lines.Sum(line => line.ListPriceMinor * line.Quantity)),
            Of("promotion", -1), Of("coupon", -1), Of("shipping", 1), Of("tax", 1), Of("points", -1), Of("wallet", -1), Number(quote.TotalMinor),
            checkout.Wish.ShipTo?.Country ?? "", checkout.Wish.ShippingMethod ?? "",
            string.Join(' ', quote.Lines.Select(line => string.Create(null, $"{line.Quantity}x{line.Sku}"))),
            checkout.Order is { } order ? PublicId.Format("ord", order) : "",
        ];

        string Of(string kind, int sign) => Number(
            sign * quote.Adjustments.Where(one => one.Kind == kind).Sum(one => one.AmountMinor));
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
