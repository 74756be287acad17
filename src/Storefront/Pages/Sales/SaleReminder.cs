using System.Globalization;
using System.Text;
using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Doorbuster.Storefront.Pages.Sales;

/// <summary>The opening of a sale as an entry of the person's own calendar: it reminds without our knowing anybody.</summary>
internal sealed class SaleReminder(LocalApi local, IOptions<StorefrontOptions> options, TimeProvider clock)
{
    private const int LineMax = 73;    // bytes; of 75 that a line may have

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var reminder = ActivatorUtilities.CreateInstance<SaleReminder>(routes.ServiceProvider);
        foreach (var language in Language.All)
            routes.MapGet(language.Link("/sales/{id}/reminder.ics"), http => reminder.Handle(http, language))
                .ForAnyone().ExcludeFromDescription();
    }

    private async Task Handle(HttpContext http, Language language)
    {
        var api = new ShopApi(local, caller: null, http.RequestAborted);
        var id = Uri.EscapeDataString((string)http.Request.RouteValues["id"]!);
        var answer = await api.Get($"/api/v1/sales/{id}", StorefrontJson.Default.ApiSale);
        if (answer.Value is not { } sale)
        {
            http.Response.StatusCode = answer.Refusal!.Status;
            return;
        }
        var origin = options.Value.OriginOf(http.Request);
        var body = Encoding.UTF8.GetBytes(Write(sale, Words.In(language), origin + language.Link($"/sales/{sale.Id}"), clock.GetUtcNow()));
        http.Response.ContentType = "text/calendar; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{sale.Id}.ics\"";
        http.Response.Headers.CacheControl = "public, max-age=60";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    internal static string Write(ApiSale sale, Words words, string address, DateTimeOffset now)
    {
        var text = new StringBuilder();
        foreach (var line in (ReadOnlySpan<string>)
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Doorbuster//EN", "BEGIN:VEVENT", $"UID:{sale.Id}@doorbuster",
            $"DTSTAMP:{Stamp(now)}", $"DTSTART:{Stamp(sale.OpensAt)}", $"DTEND:{Stamp(sale.OpensAt + Length)}",
            $"SUMMARY:{Escape(words["sale.reminder", sale.Title])}", $"URL:{address}", "BEGIN:VALARM", "ACTION:DISPLAY",
            $"DESCRIPTION:{Escape(sale.Title)}", "TRIGGER:-PT10M", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
        ])
            Fold(text, line);
        return text.ToString();
    }

    private static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    // A line that is too long goes on in the next one after a blank, and no letter is torn.
    private static void Fold(StringBuilder text, string line)
    {
        var bytes = 0;
        foreach (var letter in line.EnumerateRunes())
        {
            if (bytes + letter.Utf8SequenceLength > LineMax)
            {
                text.Append("\r\n ");
                bytes = 1;
            }
            text.Append(letter);
            bytes += letter.Utf8SequenceLength;
        }
        text.Append("\r\n");
    }
}
