using Doorbuster.Contracts.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Notices;

/// <summary>A letter for the demonstration's shoppers, so that their mailbox is not empty.</summary>
internal static class DemoNotices
{
    private static readonly string[] Shoppers = ["ada@example.test", "grace@example.test", "linus@example.test"];

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var people = services.GetRequiredService<IPeople>();
        var welcome = new List<NewNotice>();
        foreach (var email in Shoppers)
            if (await people.FindByEmail(email, cancel) is { } person)
                welcome.Add(new(
                    person.Id, $"welcome:{person.Id}", "welcome", "Welcome to Doorbuster",
                    $"Hello {person.DisplayName}, here the shop tells you how your orders go on.", "/"));

        var db = services.GetRequiredKeyedService<NpgsqlDataSource>(NoticesFeature.SchemaName);
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await services.GetRequiredService<NoticeWriter>().Write(transaction, welcome, cancel);
        await transaction.CommitAsync(cancel);
    }
}
