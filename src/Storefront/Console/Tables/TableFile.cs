using Doorbuster.Platform.Commands;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Console.Tables;

/// <summary>A table as a CSV file.</summary>
internal static class TableFile
{
    public static async Task Send<TRow>(PageRequest request, Table<TRow> table)
    {
        var (rows, refusal) = await table.Export(request);
        var response = request.Http.Response;
        if (rows is null)
        {
            response.StatusCode = refusal!.Status;    // the front door finds the words
            return;
        }
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.CacheControl = "private, no-store";
        response.Headers.ContentDisposition =
            $"attachment; filename=\"{table.Name}-{request.Context.Now.UtcDateTime:yyyyMMdd-HHmmss}.csv\"";
        await CsvExport.WriteTo(
            response.Body, [.. table.Columns.Select(column => column.Name)], rows.ToAsyncEnumerable(), request.Cancel);
    }
}
