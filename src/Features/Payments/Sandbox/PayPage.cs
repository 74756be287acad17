using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Doorbuster.Platform;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Payments.Sandbox;

/// <summary>The provider's page, to which a buyer's browser is sent and from which it comes back. It is a house of its own: it
/// looks like one, and takes only what the charge says.</summary>
internal static class PayPage
{
    private const string Style = """
        :root { --paper: #eef1f6; --card: #fff; --ink: #1a2233; --soft: #566075; --line: #d5dbe6; --blue: #2b4acb; --wash: #eef1fd; --on: #fff }
        @media (prefers-color-scheme: dark) { :root { --paper: #10141d; --card: #1a2030; --ink: #e9ecf3; --soft: #a6b0c3; --line: #343d51; --blue: #93a8ff; --wash: #232c46; --on: #101630 } }
        * { box-sizing: border-box }
        body { font: 1rem/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; margin: 0; background: var(--paper); color: var(--ink) }
        header, main, footer { max-width: 27rem; margin: 0 auto; padding: 0 1rem }
        header { padding-top: min(9vh, 4rem); font-weight: 700; letter-spacing: -.01em; display: flex; gap: .5rem; align-items: center }
        header svg { color: var(--blue) }
        main > div { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.75rem; margin: 1rem 0; box-shadow: 0 8px 24px rgb(20 30 60 / .07) }
        h1 { font-size: 1rem; font-weight: 400; color: var(--soft); margin: 0 }
        .amount { font-size: 2rem; line-height: 1.3; font-weight: 700; margin: 0; font-variant-numeric: tabular-nums }
        .fine, footer { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere }
        .amount + .fine { margin: .25rem 0 1.25rem }
        fieldset { border: 0; padding: 0; margin: 0 0 1.25rem }
        legend { font-weight: 600; padding: 0; margin-bottom: .5rem }
        label { display: flex; gap: .75rem; align-items: center; min-height: 3.25rem; padding: .5rem .9rem; border: 1px solid var(--line); border-radius: .5rem; margin-bottom: .5rem; cursor: pointer }
        label:has(:checked) { border-color: var(--blue); background: var(--wash) }
        label span span { display: block; color: var(--soft); font-size: .875rem; line-height: 1.35 }
        input { accent-color: var(--blue); width: 1.1rem; height: 1.1rem; flex: none; margin: 0 }
        button { font: inherit; font-weight: 600; width: 100%; min-height: 3.25rem; border-radius: .5rem; border: 1px solid var(--blue); cursor: pointer; background: var(--blue); color: var(--on) }
        button.quiet { background: none; color: var(--soft); border-color: transparent; min-height: 2.75rem; margin-top: .5rem; text-decoration: underline; text-underline-offset: .2em }
        a { color: var(--blue) }
        a:focus-visible, button:focus-visible, label:has(:focus-visible) { outline: 3px solid var(--blue); outline-offset: 2px }
        @media (max-width: 30rem) { main > div { padding: 1.25rem } }
        """;

    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    private static readonly HtmlEncoder Letters = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Field of the form: with which of the cards that the sandbox has.</summary>
    public const string CardField = "card";
    public const string DecliningCard = "declined";
    public const string SlowCard = "slow";

    public static bool IsWanted(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static IResult SeeOther(HttpContext http, string where)
    {
        http.Response.Headers.Location = where;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <param name="back">As <see cref="ReturnAddress"/> read it.</param>
    public static IResult Of(ChargeView charge, Uri? back, HttpContext http)
    {
        var isChinese = back?.AbsolutePath.StartsWith("/zh/", StringComparison.Ordinal) == true;
        string Say(string english, string chinese) => Text(isChinese ? chinese : english);

        http.Response.Headers.CacheControl = "no-store";
        // A browser follows the answer to a form only to where forms may go: back to the shop, too.
        http.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'sha256-{StyleHash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
            + $"form-action 'self' {(back is null ? "" : ReturnAddress.OriginOf(back))}";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";    // the address is the right to decide
        var amount = Currencies.Text(charge.Amount, charge.Currency);
        var body = charge.State switch
        {
            "pending" => $"""
                <form method="post" action="{Text(Path(charge.ApproveUrl))}">
                <fieldset><legend>{Say("Pay with", "付款方式")}</legend>
                <label><input type="radio" name="{CardField}" value="good" checked><span>•••• 4242<span>{Say("A test card that pays", "可正常付款的测试卡")}</span></span></label>
                <label><input type="radio" name="{CardField}" value="{SlowCard}"><span>•••• 3184<span>{Say("A test card whose bank takes a few seconds", "银行需要几秒才响应的测试卡")}</span></span></label>
                <label><input type="radio" name="{CardField}" value="{DecliningCard}"><span>•••• 0002<span>{Say("A test card that is declined", "会被拒绝的测试卡")}</span></span></label>
                </fieldset>
                <button>{Say("Pay", "支付")} {Text(amount)}</button>
                </form>
                <form method="post" action="{Text(Path(charge.DeclineUrl))}"><button class="quiet">{Say("Don't pay, go back to the shop", "不付款，返回商店")}</button></form>
                """,
            "captured" => $"<p><strong>{Say("This is paid.", "已付款。")}</strong></p>{Back()}",
            _ => $"<p><strong>{Say("This was not paid: the payment was declined. Nothing was charged.", "未付款：付款被拒绝，没有扣款。")}</strong></p>{Back()}",
        };
        return TypedResults.Content($"""
            <!doctype html>
            <html lang="{(isChinese ? "zh-Hans" : "en")}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
            <link rel="icon" href="data:,">
            <title>{Say("Pay", "支付")} {Text(amount)} · Sandbox Pay</title>
            <style>{Style}</style></head>
            <body>
            <header><svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/></svg> Sandbox Pay</header>
            <main><div>
            <h1>{Say("Payment to Doorbuster", "付款给 Doorbuster")}</h1>
            <p class="amount">{Text(amount)}</p>
            <p class="fine">{Say("Reference", "参考号")} {Text(charge.Reference)}</p>
            {body}
            </div></main>
            <footer>{Say("A payment service for trying things out: no real money moves here.", "仅供体验的支付服务，不会产生真实扣款。")}</footer>
            </body></html>
            """, "text/html", Encoding.UTF8);

        string Back() => back is null ? "" : $"<p><a href=\"{Text(back.AbsoluteUri)}\">{Say("Back to the shop", "返回商店")}</a></p>";
    }

    // The same origin as the page, whatever name it was called by.
    private static string Path(string url) => new Uri(url).AbsolutePath;

    private static string Text(string text) => Letters.Encode(text);
}
