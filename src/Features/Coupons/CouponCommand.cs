using System.CommandLine;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Coupons;

/// <summary><c>doorbuster coupon …</c></summary>
internal static class CouponCommand
{
    public sealed record WrittenFile(int Rows, string File);

    internal const string By = "command line";
    private const int ListMax = 100;
    private const int CodesAtOnce = 10_000;

    public static Command Make(CommandHost host) => new("coupon", "Coupons.")
    {
        List(host), Import(host), Export(host), Codes(host), ImportCodes(host), Audit(host),
    };

    private static Command List(CommandHost host)
    {
        var command = new Command("list", $"The last {ListMax} kinds of coupons, newest first.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var (templates, page) = PageInfo.Cut(
                await services.GetRequiredService<TemplateStore>().List(long.MaxValue, ListMax + 1, cancel), ListMax,
                template => template.PublicId);
            var claims = services.GetRequiredService<IClaims>();
            var shown = new List<CouponViews.Administered>();
            foreach (var template in templates)
                shown.Add(CouponViews.Administer(template, await claims.FindPool(template.Id, cancel)));
            output.Write(
                new CouponViews.Console(shown, page), CouponsJson.Default.Console,
                shown.Count == 0 ? ["There are no coupons yet: doorbuster coupon import"] : shown.Select(Line));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Import(CommandHost host) => CsvImport.Command(
        host, "Make and change kinds of coupons. The same file again changes nothing.",
        async (services, output, path, cancel) =>
        {
            var report = await CsvImport.Read(path, text => services.GetRequiredService<TemplateCsv>().Import(text, By, cancel));
            output.Write(report, CouponsJson.Default.TemplateCsvReport,
                [$"{report.Added} added, {report.Changed} changed, {report.Unchanged} unchanged",
                    .. report.Rejected.Select(row => $"  line {row.Line}: {row.Why}")]);
            return report.Rejected.Count == 0 ? ExitCode.Ok : ExitCode.Conflict;
        });

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export all kinds of coupons.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, (services, output, token) =>
            Write(output, arguments.GetValue(file)!, stream =>
                services.GetRequiredService<TemplateCsv>().Export(stream, token)), cancel));
        return command;
    }

    private static Command Codes(CommandHost host)
    {
        var id = new Argument<string>("ID") { Description = "The kind of coupon, as in cpt_…" };
        var file = CsvExport.File();
        var generate = new Option<int>("--generate") { Description = "Make so many more first." };
        var command = new Command("codes", "Make and export codes that give one coupon each.") { id, file, generate };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            if (!PublicId.TryParse(CouponTemplate.PublicPrefix, arguments.GetValue(id), out var number)
                || await services.GetRequiredService<TemplateStore>().Find(number, token) is not { } template)
                return output.Fail(ExitCode.NotFound, $"There is no coupon {arguments.GetValue(id)}. 'coupon list' shows them.");
            if (template.ClaimBy != ClaimBy.Codes)
                return output.Fail(ExitCode.Conflict, Problems.HasNoCodes.Title);
            var store = services.GetRequiredService<CodeStore>();
            for (var rest = arguments.GetValue(generate); rest > 0; rest -= CodesAtOnce)
                if (await store.Generate(number, Math.Min(rest, CodesAtOnce), token) is null)
                    return output.Fail(ExitCode.Conflict, Problems.TooManyCodes.Title);
            return await Write(output, arguments.GetValue(file)!, stream => CsvExport.WriteTo(
                stream, CodesFile.Header, CodesFile.Rows(store, number, token), token));
        }, cancel));
        return command;
    }

    private static Command ImportCodes(CommandHost host)
    {
        var id = new Argument<string>("ID") { Description = "The kind of coupon, as in cpt_…" };
        var file = CsvImport.File("A CSV file with a column code, as codes writes it.");
        var command = new Command("import-codes", "Add codes of a file; all of them or none.") { id, file };
        command.SetAction((arguments, cancel) =>
        {
            var path = CsvImport.Find(arguments.GetValue(file)!);
            return host.Run(arguments, async (services, output, token) =>
            {
                if (!PublicId.TryParse(CouponTemplate.PublicPrefix, arguments.GetValue(id), out var number)
                    || await services.GetRequiredService<TemplateStore>().Find(number, token) is not { } template)
                    return output.Fail(ExitCode.NotFound, $"There is no coupon {arguments.GetValue(id)}. 'coupon list' shows them.");
                if (template.ClaimBy != ClaimBy.Codes)
                    return output.Fail(ExitCode.Conflict, Problems.HasNoCodes.Title);
                var (codes, wrong) = await CsvImport.Read(path, text => CodesFile.Read(text, token));
                if (wrong is not null)
                    return output.Fail(ExitCode.Usage, $"{path}: {wrong}.");
                switch (await services.GetRequiredService<CodeStore>().Import(number, codes, token))
                {
                    case Imported.Codes imported:
                        var report = new CouponViews.ImportedCodes(
                            imported.Added, codes.Count - imported.Added, imported.Total);
                        output.Write(report, CouponsJson.Default.ImportedCodes,
                            $"{report.Added:N0} added, {report.Unchanged:N0} unchanged, {report.Total:N0} in all");
                        return ExitCode.Ok;
                    case Imported.Elsewhere elsewhere:
                        return output.Fail(
                            ExitCode.Conflict, $"{elsewhere.Count:N0} of the codes are another template's; none was added.");
                    default:
                        return output.Fail(ExitCode.Conflict, Problems.TooManyCodes.Title);
                }
            }, cancel);
        });
        return command;
    }

    private static Command Audit(CommandHost host)
    {
        var id = new Argument<string>("ID") { Description = "The kind of coupon, as in cpt_…" };
        var command = new Command("audit", "Count every coupon: total = claimed + free.") { id };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            if (!PublicId.TryParse(CouponTemplate.PublicPrefix, arguments.GetValue(id), out var number)
                || await services.GetRequiredService<TemplateStore>().Find(number, token) is not { } template)
                return output.Fail(ExitCode.NotFound, $"There is no coupon {arguments.GetValue(id)}. 'coupon list' shows them.");
            var counts = await services.GetRequiredService<CouponStore>().Count(number, token);
            var pool = (await services.GetRequiredService<IClaims>().Audit(number, token))!;
            var audit = CouponViews.Of(template, pool, counts);
            output.Write(audit, CouponsJson.Default.Audit,
                $"total {audit.Total:N0}, claimed {audit.Claimed:N0}, free {audit.Free:N0}, written {audit.Written:N0}",
                $"usable {audit.Usable:N0}, reserved {audit.Reserved:N0}, ordered {audit.Ordered:N0}, used {audit.Used:N0}");
            return audit.IsClean
                ? ExitCode.Ok
                : output.Fail(ExitCode.Failure, "Not clean. A drift repairs itself within ten seconds; all else is a defect.");
        }, cancel));
        return command;
    }

    private static string Line(CouponViews.Administered coupon) =>
        $"{coupon.Id}  {coupon.Handle,-20}  {coupon.State,-9}  {coupon.ClaimBy,-5}"
        + $"  {(coupon.Total is { } total ? $"{coupon.Left ?? total:N0} of {total:N0}" : "unlimited"),16}  {coupon.Title}";

    private static async Task<int> Write(Output output, string file, Func<Stream, Task<int>> write)
    {
        var (count, path) = await CsvExport.Write(file, write);
        if (path is not null)
            output.Write(
                new WrittenFile(count, path), CouponsJson.Default.WrittenFile, $"{count:N0} rows written to {path}");
        return ExitCode.Ok;
    }
}
