using System.Globalization;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Coupons;

internal sealed record TemplateCsvReport(int Added, int Changed, int Unchanged, IReadOnlyList<RejectedRow> Rejected);

internal sealed record RejectedRow(int Line, string Why);

/// <summary>
/// Kinds of coupons as CSV, by handle: what is not there is made, what may change is changed, and a row that says what is
/// there already changes nothing. What a coupon takes off never changes: such a row is rejected.
/// </summary>
internal sealed class TemplateCsv(TemplateStore store, TemplateDesk desk, TimeProvider clock)
{
    private const int RowsMax = 10_000;
    private const int PageMax = 500;

    private static readonly string[] Columns =
    [
        "handle", "title", "claim_by", "currency", "amount", "percent_basis_points", "cap", "minimum", "categories", "skus",
        "total", "limit_per_person", "stackable", "returns_on_refund", "valid_seconds", "opens_at", "closes_at",
        "usable_until", "state",
    ];

    public async Task<int> Export(Stream output, CancellationToken cancel)
    {
        await using var csv = CsvExport.Writer(output);
        await csv.WriteRow(Columns, cancel);
        var (count, before) = (0, long.MaxValue);
        while (await store.List(before, PageMax, cancel) is { Count: > 0 } page)
        {
            foreach (var template in page)
                await csv.WriteRow(Format(template), cancel);
            (count, before) = (count + page.Count, page[^1].Id);
        }
        return count;
    }

    /// <exception cref="FormatException">The file as a whole cannot be read.</exception>
    public async Task<TemplateCsvReport> Import(TextReader text, string by, CancellationToken cancel)
    {
        var (added, changed, unchanged, rejected) = (0, 0, 0, new List<RejectedRow>());
        await foreach (var (line, fields) in CsvImport.Rows(text, Columns, ["handle"], unread: [], RowsMax, cancel))
            switch (await Take(new Row(fields), by, cancel))
            {
                case "added": added++; break;
                case "changed": changed++; break;
                case "unchanged": unchanged++; break;
                case var why: rejected.Add(new(line, why)); break;
            }
        return new(added, changed, unchanged, rejected);
    }

    private async Task<string> Take(Row row, string by, CancellationToken cancel)
    {
        var draft = row.Read(clock.GetUtcNow());
        if (row.Wrong is { } wrong)
            return wrong;
        if (await store.FindByHandle(draft.Handle, cancel) is not { } there)
            return await desk.Create(draft, requestKey: null, by, cancel) switch
            {
                Made.Template made when row.State is null or PoolState.Open => "added",
                Made.Template made => await Change(made.Value, new TemplateChange { State = row.State }, by, cancel) is { } why
                    ? why : "added",
                Made.Invalid invalid => Say(invalid.Errors),
                _ => "the handle is taken",
            };

        if (!there.Terms.Equals(draft.Terms) || there.ClaimBy != draft.ClaimBy || there.ReturnsOnRefund != draft.ReturnsOnRefund
            || there.LimitPerPerson != draft.LimitPerPerson || there.ValidFor != draft.ValidFor)
            return "terms_fixed: what a coupon does cannot change once it is there";
        var change = new TemplateChange
        {
            Title = draft.Title == there.Title ? null : draft.Title,
            Total = draft.Total == there.Total ? null : draft.Total,
            State = row.State == there.State ? null : row.State,
            OpensAt = !row.Has("opens_at") || draft.OpensAt == there.OpensAt ? null : draft.OpensAt,
            ClosesAt = draft.ClosesAt == there.ClosesAt ? null : draft.ClosesAt,
            UsableUntil = draft.UsableUntil == there.UsableUntil ? null : draft.UsableUntil,
        };
        return change == new TemplateChange() ? "unchanged" : await Change(there, change, by, cancel) ?? "changed";
    }

    // Null when it is done.
    private async Task<string?> Change(
        CouponTemplate template, TemplateChange change, string by, CancellationToken cancel) =>
        await desk.Change(template.Id, version: null, change, by, cancel) switch
        {
            Changed.Template => null,
            Changed.Invalid invalid => Say(invalid.Errors),
            Changed.IsClosed => "it was closed, for good",
            Changed.Taken => "more are claimed already than there would be",
            _ => "others change it at the same time",
        };

    private static string Say(Dictionary<string, string[]> errors) =>
        string.Join("; ", errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}"));

    private static IEnumerable<string> Format(CouponTemplate template)
    {
        var terms = template.Terms;
        string Text<T>(T? value) where T : struct, IFormattable => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
        string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? "";
        return
        [
            template.Handle, template.Title, CouponViews.WordOf(template.ClaimBy), terms.Currency, Text(terms.AmountMinor),
            Text(terms.PercentBasisPoints), Text(terms.CapMinor), Text<long>(terms.MinimumMinor),
            terms.Scope == CouponScope.Categories ? string.Join('|', terms.ScopeValues) : "",
            terms.Scope == CouponScope.Skus ? string.Join('|', terms.ScopeValues) : "", Text(template.Total),
            Text(template.LimitPerPerson), terms.IsStackable ? "yes" : "no", template.ReturnsOnRefund ? "yes" : "no",
            Text((long?)template.ValidFor?.TotalSeconds), Time(template.OpensAt), Time(template.ClosesAt),
            Time(template.UsableUntil), template.State.ToString().ToLowerInvariant(),
        ];
    }

    /// <summary>One row, with the first thing that is wrong with it.</summary>
    private sealed class Row(Dictionary<string, string> fields)
    {
        public string? Wrong { get; private set; }

        public PoolState? State => Text("state") switch
        {
            "open" => PoolState.Open,
            "paused" => PoolState.Paused,
            "closed" => PoolState.Closed,
            _ => null,
        };

        public bool Has(string name) => Text(name).Length > 0;

        public TemplateDraft Read(DateTimeOffset now)
        {
            if (Has("state") && State is null)
                Wrong = "state must be open, paused or closed";
            if (Has("categories") && Has("skus"))
                Wrong = "skus goes without categories";
            var (categories, skus) = (List("categories"), List("skus"));
            return new TemplateDraft
            {
                Handle = Text("handle"),
                Title = Text("title"),
                ClaimBy = CouponViews.ClaimByOf(Text("claim_by")),
                Terms = new CouponTerms(
                    (int?)Number("percent_basis_points", int.MaxValue), Number("amount"), Number("cap"), Text("currency"),
                    Number("minimum") ?? 0,
                    skus.Length > 0 ? CouponScope.Skus
                        : categories.Length > 0 ? CouponScope.Categories : CouponScope.Everything,
                    skus.Length > 0 ? skus : categories, Flag("stackable")),
                Total = Number("total"),
                LimitPerPerson = (int?)Number("limit_per_person", int.MaxValue),
                ReturnsOnRefund = Flag("returns_on_refund"),
                ValidFor = Number("valid_seconds", int.MaxValue) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                OpensAt = Time("opens_at") ?? now,
                ClosesAt = Time("closes_at"),
                UsableUntil = Time("usable_until"),
            };
        }

        private string Text(string name) => fields.GetValueOrDefault(name, "");

        private string[] List(string name) =>
            Text(name).Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        private long? Number(string name, long most = long.MaxValue)
        {
            if (!Has(name))
                return null;
            if (long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
                return number;
            Wrong = $"{name} must be a whole number";
            return null;
        }

        private bool Flag(string name)
        {
            if (Text(name) is not ("" or "yes" or "no"))
                Wrong = $"{name} must be yes or no";
            return Text(name) == "yes";
        }

        private DateTimeOffset? Time(string name)
        {
            if (!Has(name))
                return null;
            if (DateTimeOffset.TryParse(
                Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var at))
                return at;
            Wrong = $"{name} must be a time such as 2026-11-20T20:00:00Z";
            return null;
        }
    }
}
