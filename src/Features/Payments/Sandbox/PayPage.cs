using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Payments.Sandbox;

/// <summary>The provider's page, to which a buyer's browser is sent and from which it comes back.</summary>
internal static class PayPage
{
    public static bool IsWanted(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static IResult SeeOther(HttpContext http, string where)
    {
        http.Response.Headers.Location = where;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    public static IResult Of(ChargeView charge, string? returnUrl, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";    // the address is the right to decide
        return TypedResults.Content($$"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Pay · Sandbox</title>
            <style>
            body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 0; background: #f4f4f2; color: #1c1c1a }
            main { max-width: 26rem; margin: 10vh auto; padding: 2rem; background: #fff; border-radius: .5rem }
            form { display: inline-block; margin: 1rem .5rem 0 0 }
            button { font: inherit; padding: .6rem 1.4rem; border: 1px solid #1c1c1a; border-radius: .3rem;
              background: #fff; color: inherit; cursor: pointer }
            button.pay { background: #14532d; border-color: #14532d; color: #fff }
            </style></head>
            <body><main>
            <h1>Sandbox payment</h1>
            <p>{{Text(Amount(charge))}} for <code>{{Text(charge.Reference)}}</code>. No real money moves here.</p>
            {{Choice(charge, returnUrl)}}
            </main></body></html>
            """, "text/html", Encoding.UTF8);
    }

    private static string Choice(ChargeView charge, string? returnUrl)
    {
        if (charge.State == "pending")
            return $"""
                <form method="post" action="{Text(Path(charge.ApproveUrl))}"><button class="pay">Pay</button></form>
                <form method="post" action="{Text(Path(charge.DeclineUrl))}"><button>Do not pay</button></form>
                """;
        var what = charge.State == "captured" ? "It is paid." : "It is not paid: the payment was declined.";
        return returnUrl is null
            ? $"<p><strong>{what}</strong></p>"
            : $"<p><strong>{what}</strong> <a href=\"{Text(returnUrl)}\">Back to the shop</a></p>";
    }

    // The same origin as the page, whatever name it was called by.
    private static string Path(string url) => new Uri(url).AbsolutePath;

    private static string Amount(ChargeView charge) => $"{charge.Currency} {charge.Amount} (minor units)";

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
