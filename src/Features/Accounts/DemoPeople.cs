using System.Security.Cryptography;
using Doorbuster.Platform;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Accounts;

/// <summary>Who shops in the demonstration. The administrator's password is made up at the first start and shown once.</summary>
internal static class DemoPeople
{
    public const string Password = "demo-password";

    private const string AdminEmail = "admin@example.test";

    // Pays by the catalog's price list for the trade.
    private const string TradeEmail = "joan@example.test";
    private const string TradeGroup = "trade";

    private static readonly (string Email, string Name)[] Shoppers =
        [("ada@example.test", "Ada"), ("grace@example.test", "Grace"), ("linus@example.test", "Linus")];

    public static async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        var store = services.GetRequiredService<AccountStore>();
        var passwords = services.GetRequiredService<PasswordHashing>();
        var notes = services.GetRequiredService<DemoNotes>();

        notes.Add("Shopper", $"{string.Join(", ", Shoppers.Select(s => s.Email))}   password {Password}");
        notes.Add("Trade customer", $"{TradeEmail}   password {Password}   (pays less in the kitchen)");
        var joan = await store.FindByEmail(TradeEmail, cancel);
        if (await store.FindByEmail(AdminEmail, cancel) is not null)
        {
            notes.Add("Administrator", $"{AdminEmail}   password shown at the first start; `user create-admin` makes another");
            if (joan is null)
                await AddTrade(services, await passwords.Hash(Password), cancel);
            return;
        }

        // Side by side: each costs as much as a sign-in. One serves all shoppers, whose password is no secret.
        var password = NewPassword();
        var (shoppers, admin) = (passwords.Hash(Password), passwords.Hash(password));
        foreach (var (email, name) in Shoppers)
            if (await Add(services, email, name, await shoppers, isAdmin: false, cancel))
                await AddAddress(services, (await store.FindByEmail(email, cancel))!, cancel);
        if (joan is null)
            await AddTrade(services, await shoppers, cancel);
        if (await Add(services, AdminEmail, "Shop administrator", await admin, isAdmin: true, cancel))
            notes.Add("Administrator", $"{AdminEmail}   password {password}   (shown this once)");
    }

    // By the file that an import would take.
    private static async Task AddTrade(IServiceProvider services, string? hash, CancellationToken cancel)
    {
        if (!await Add(services, TradeEmail, "Joan", hash, isAdmin: false, cancel))
            return;
        await AddAddress(services, (await services.GetRequiredService<AccountStore>().FindByEmail(TradeEmail, cancel))!, cancel);
        using var file = new StringReader($"code,name,email\n{TradeGroup},Trade customers,{TradeEmail}\n");
        await services.GetRequiredService<GroupCsv>().Import(file, cancel);
    }

    private static async Task AddAddress(IServiceProvider services, Account person, CancellationToken cancel)
    {
        await using var connection = await services
            .GetRequiredKeyedService<NpgsqlDataSource>(AccountsFeature.SchemaName).OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await AddressStore.Add(
            transaction,
            new Address
            {
                Id = services.GetRequiredService<Ids>().NextFor(person.Id),
                Person = person.Id,
                Text = new(person.DisplayName, "1 Sample Street", null, "London", null, "N1 1AA", "GB"),
                IsDefault = true,
                Version = 1,
                MadeAt = services.GetRequiredService<TimeProvider>().GetUtcNow(),
            },
            cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>20 characters of 32, none of which looks like another: 100 bits.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20);

    /// <summary>False when the address has an account already.</summary>
    public static async Task<bool> Add(
        IServiceProvider services, string email, string name, string? hash, bool isAdmin, CancellationToken cancel) =>
        await services.GetRequiredService<AccountStore>().AddPerson(
            new Account
            {
                Id = services.GetRequiredService<Ids>().Next(),
                Email = email,
                DisplayName = name,
                IsAdmin = isAdmin,
                PasswordHash = hash ?? throw new InvalidOperationException("Password hashing is busy."),
                CreatedAt = services.GetRequiredService<TimeProvider>().GetUtcNow(),
            },
            cancel);
}
