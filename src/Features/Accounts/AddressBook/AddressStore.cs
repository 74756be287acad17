using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Accounts;

/// <summary>People's addresses. Every statement carries the owner's predicate; every change locks the owner's row first, so
/// that the limit and the one default hold whatever comes at once.</summary>
internal sealed class AddressStore([FromKeyedServices(AccountsFeature.SchemaName)] NpgsqlDataSource db)
{
    private const string Columns =
        "id, person_id, name, line1, line2, city, region, postal_code, country, is_default, version, made_at";

    /// <summary>The default first, then the newest.</summary>
    public Task<List<Address>> List(long person, CancellationToken cancel) => db.Query(
        $"select {Columns} from accounts.addresses where person_id = $1 order by is_default desc, id desc", Read, cancel,
        new NpgsqlParameter { Value = person });

    public Task<Address?> Find(long address, long person, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from accounts.addresses where id = $1 and person_id = $2", Read, cancel,
        new() { Value = address }, new() { Value = person });

    /// <summary>False when the person has as many as one may, or is none any more. The first address is the default.</summary>
    public static async Task<bool> Add(NpgsqlTransaction transaction, Address address, CancellationToken cancel)
    {
        if (!await Lock(transaction, address.Person, cancel))
            return false;
        var count = (await transaction.Query(
            "select count(*) from accounts.addresses where person_id = $1", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = address.Person })).Single();
        if (count >= Address.PerPersonMax)
            return false;
        if (address.IsDefault)
            await ClearDefault(transaction, address.Person, cancel);
        await transaction.Execute(
            """
            insert into accounts.addresses
              (id, person_id, name, line1, line2, city, region, postal_code, country, is_default, made_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            cancel,
            [
                new() { Value = address.Id }, new() { Value = address.Person }, .. Values(address.Text),
                new() { Value = address.IsDefault || count == 0 }, new() { Value = address.MadeAt },
            ]);
        return true;
    }

    public static async Task<bool> IsDefault(NpgsqlTransaction transaction, long address, CancellationToken cancel) =>
        (await transaction.Query(
            "select is_default from accounts.addresses where id = $1", row => row.GetBoolean(0), cancel,
            new NpgsqlParameter { Value = address })).Single();

    /// <summary>Writes it anew when it is still of this version; null: of any.</summary>
    public async Task<AddressChange> Change(
        long address, long person, AddressText text, bool isDefault, int? version, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Lock(transaction, person, cancel);
        if (await Find(transaction, address, person, cancel) is not { } now)
            return AddressChange.Unknown;
        if (version is not null && version != now.Version)
            return AddressChange.Outdated;
        if (isDefault && !now.IsDefault)
            await ClearDefault(transaction, person, cancel);

        // Who has addresses has a default: it goes to another one, it is not put down.
        await transaction.Execute(
            """
            update accounts.addresses
            set name = $3, line1 = $4, line2 = $5, city = $6, region = $7, postal_code = $8, country = $9,
                is_default = is_default or $10, version = version + 1
            where id = $1 and person_id = $2
            """,
            cancel,
            [
                new() { Value = address }, new() { Value = person }, .. Values(text), new() { Value = isDefault },
            ]);
        await transaction.CommitAsync(cancel);
        return AddressChange.Done;
    }

    /// <summary>False when the person has no such address. The newest of the others becomes the default when it was.</summary>
    public async Task<bool> Remove(long address, long person, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Lock(transaction, person, cancel);
        if (await transaction.Execute(
            "delete from accounts.addresses where id = $1 and person_id = $2", cancel,
            new() { Value = address }, new() { Value = person }) == 0)
            return false;
        await transaction.Execute(
            """
            update accounts.addresses set is_default = true
            where id = (select max(id) from accounts.addresses where person_id = $1)
              and not exists (select from accounts.addresses where person_id = $1 and is_default)
            """, cancel, new NpgsqlParameter { Value = person });
        await transaction.CommitAsync(cancel);
        return true;
    }

    // A statement of its own: one that waits for a lock still counts with the eyes it had before.
    private static async Task<bool> Lock(NpgsqlTransaction transaction, long person, CancellationToken cancel) =>
        (await transaction.Query(
            "select id from accounts.people where id = $1 and erased_at is null for update", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = person })).Count == 1;

    private static Task<int> ClearDefault(NpgsqlTransaction transaction, long person, CancellationToken cancel) =>
        transaction.Execute(
            "update accounts.addresses set is_default = false where person_id = $1 and is_default", cancel,
            new NpgsqlParameter { Value = person });

    private static async Task<Address?> Find(
        NpgsqlTransaction transaction, long address, long person, CancellationToken cancel) =>
        (await transaction.Query(
            $"select {Columns} from accounts.addresses where id = $1 and person_id = $2", Read, cancel,
            new() { Value = address }, new() { Value = person })).FirstOrDefault();

    private static NpgsqlParameter[] Values(AddressText text) =>
    [
        Text(text.Name), Text(text.Line1), Text(text.Line2), Text(text.City), Text(text.Region), Text(text.PostalCode),
        Text(text.Country),
    ];

    private static NpgsqlParameter Text(string? text) =>
        new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static Address Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Person = row.GetInt64(1),
        Text = new(
            row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetString(5),
            row.IsDBNull(6) ? null : row.GetString(6), row.GetString(7), row.GetString(8)),
        IsDefault = row.GetBoolean(9),
        Version = row.GetInt32(10),
        MadeAt = row.GetFieldValue<DateTimeOffset>(11),
    };
}

internal enum AddressChange { Done, Unknown, Outdated }
