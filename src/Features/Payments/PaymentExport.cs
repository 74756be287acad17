using System.Globalization;
using System.Text.Json;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>All payments as CSV, oldest first.</summary>
internal sealed class PaymentExport([FromKeyedServices(PaymentsFeature.SchemaName)] NpgsqlDataSource db)
{
    private static readonly string[] Header =
    [
        "payment", "order", "person", "state", "amount", "refunded", "currency", "created_at", "captured_at", "charge",
        "reason",
    ];

    /// <summary>How many were written.</summary>
    public async Task<long> To(Stream output, CancellationToken cancel)
    {
        await using var csv = CsvExport.Writer(output);
        await csv.WriteRow(Header, cancel);
        await using var command = db.CreateCommand(
            """
            select id, order_id, person, state, amount_minor, refunded_minor, currency, made_at, captured_at, charge, reason
            from payments.payments order by id
            """);
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(cancel);
        var count = 0L;
        while (await row.ReadAsync(cancel))
        {
            await csv.WriteRow(
                [
                    PublicId.Format("pay", row.GetInt64(0)), PublicId.Format("ord", row.GetInt64(1)),
                    PublicId.Format("usr", row.GetInt64(2)), PaymentSteps.NameOf((PaymentState)row.GetInt16(3)),
                    row.GetInt64(4).ToString(CultureInfo.InvariantCulture),
                    row.GetInt64(5).ToString(CultureInfo.InvariantCulture), row.GetString(6), Time(row, 7), Time(row, 8),
                    row.IsDBNull(9) ? "" : row.GetString(9), row.IsDBNull(10) ? "" : row.GetString(10),
                ], cancel);
            count++;
        }
        return count;
    }

    private static string Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? "" : row.GetDateTime(column).ToString("O", CultureInfo.InvariantCulture);
}

internal sealed record ExportReport(long Payments, string File);

/// <summary>Payments in a person's own export: all of them.</summary>
internal sealed class PaymentsData(PaymentStore store, RefundStore refunds) : IPersonalData
{
    private const int PageSize = 1_000;

    public string Name => "payments";

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel)
    {
        var all = new List<PaymentView>();
        for (var after = 0L; ;)
        {
            var page = await store.ListOfPerson(person, after, PageSize, cancel);
            var given = await refunds.Of([.. page.Select(payment => payment.Id)], cancel);
            all.AddRange(page.Select(payment => PaymentView.Of(payment, given[payment.Id])));
            if (page.Count < PageSize)
                return JsonSerializer.SerializeToUtf8Bytes(all, PaymentsJson.Default.PaymentViews);
            after = page[^1].Id;
        }
    }
}
