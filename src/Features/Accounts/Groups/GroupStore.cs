using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Accounts;

/// <summary>
/// Groups and who is in them. Locks are taken in this order: people by id, then the one row of the state. So an erasure, which
/// has its person first, never waits crosswise for somebody who joins.
/// </summary>
internal sealed class GroupStore(
    [FromKeyedServices(AccountsFeature.SchemaName)] NpgsqlDataSource db, Ids ids, TimeProvider clock)
{
    private const string Select =
        """
        select g.id, g.code, g.name, (select count(*) from accounts.group_members m where m.group_id = g.id), g.version, g.made_at
        from accounts.customer_groups g
        """;

    /// <summary>In order of their codes, above the cursor.</summary>
    /// <param name="person">Only those he is in; null: all.</param>
    public Task<List<CustomerGroup>> List(long? person, string after, int limit, CancellationToken cancel) => db.Query(
        $"""
        {Select}
        where g.code > $1 and ($2::bigint is null
          or exists (select from accounts.group_members m where m.group_id = g.id and m.person_id = $2))
        order by g.code
        limit $3
        """,
        Read, cancel, new() { Value = after }, new NpgsqlParameter<long?> { TypedValue = person }, new() { Value = limit });

    public Task<CustomerGroup?> Find(string code, CancellationToken cancel) => db.QueryFirst(
        $"{Select} where g.code = $1", Read, cancel, new NpgsqlParameter { Value = code });

    /// <summary>Those with an id above the cursor.</summary>
    public Task<List<GroupMember>> ListMembers(long group, long after, int limit, CancellationToken cancel) => db.Query(
        """
        select p.id, p.email, p.display_name, m.added_at
        from accounts.group_members m join accounts.people p on p.id = m.person_id
        where m.group_id = $1 and m.person_id > $2
        order by m.person_id
        limit $3
        """,
        ReadMember, cancel, new() { Value = group }, new() { Value = after }, new() { Value = limit });

    public async Task<GroupMember?> FindMember(string code, long person, CancellationToken cancel) => await db.QueryFirst(
        """
        select p.id, p.email, p.display_name, m.added_at
        from accounts.customer_groups g
        join accounts.group_members m on m.group_id = g.id
        join accounts.people p on p.id = m.person_id
        where g.code = $1 and m.person_id = $2
        """,
        ReadMember, cancel, new() { Value = code }, new() { Value = person });

    public async Task<long> ReadVersion(CancellationToken cancel) => (await db.Query(
        "select version from accounts.group_state", row => row.GetInt64(0), cancel)).Single();

    /// <summary>Everybody who is in a group, with the codes of his groups in order.</summary>
    public Task<List<(long Person, string[] Groups)>> ReadMemberships(CancellationToken cancel) => db.Query(
        """
        select m.person_id, array_agg(g.code order by g.code collate "C")
        from accounts.group_members m join accounts.customer_groups g on g.id = m.group_id
        group by m.person_id
        """,
        row => (row.GetInt64(0), row.GetFieldValue<string[]>(1)), cancel);

    /// <summary>Null when the code is taken; <see cref="CustomerGroup.GroupsMax"/> is looked at by the caller.</summary>
    public async Task<CustomerGroup?> Add(NpgsqlTransaction transaction, string code, string name, CancellationToken cancel)
    {
        var made = new CustomerGroup(ids.Next(), code, name, 0, 1, clock.GetUtcNow());
        if (await transaction.Execute(
            """
            insert into accounts.customer_groups (id, code, name, made_at) values ($1, $2, $3, $4)
            on conflict (code) do nothing
            """,
            cancel, new() { Value = made.Id }, new() { Value = code }, new() { Value = name }, new() { Value = made.MadeAt }) == 0)
            return null;
        await transaction.Audit(
            "customer_group.create", code, null, new() { ["name"] = name }, cancel);
        return made;
    }

    public static async Task<bool> HasRoom(NpgsqlTransaction transaction, CancellationToken cancel) => (await transaction.Query(
        "select count(*) from accounts.customer_groups", row => row.GetInt64(0), cancel)).Single() < CustomerGroup.GroupsMax;

    /// <summary>The group afterwards; null when there is none.</summary>
    public async Task<(CustomerGroup? Group, bool IsOutdated)> Rename(
        string code, string name, long version, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Lock(transaction, cancel);
        if (await Find(transaction, code, cancel) is not { } before)
            return (null, false);
        if (before.Version != version)
            return (before, true);
        if (before.Name == name)
            return (before, false);
        await Rename(transaction, before, name, cancel);
        await transaction.CommitAsync(cancel);
        return (before with { Name = name, Version = before.Version + 1 }, false);
    }

    public static async Task Rename(NpgsqlTransaction transaction, CustomerGroup before, string name, CancellationToken cancel)
    {
        await transaction.Execute(
            "update accounts.customer_groups set name = $2, version = version + 1 where id = $1", cancel,
            new() { Value = before.Id }, new() { Value = name });
        await transaction.Audit(
            "customer_group.change", before.Code, new() { ["name"] = before.Name }, new() { ["name"] = name }, cancel);
    }

    /// <summary>With everybody who is in it. False: it is of another version; null: there is none.</summary>
    public async Task<bool?> Remove(string code, long version, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Lock(transaction, cancel);
        if (await Find(transaction, code, cancel) is not { } before)
            return null;
        if (before.Version != version)
            return false;
        await transaction.Execute(
            "delete from accounts.customer_groups where id = $1", cancel, new NpgsqlParameter { Value = before.Id });
        await transaction.Audit(
            "customer_group.remove", code, new() { ["name"] = before.Name, ["members"] = before.Members }, null, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    public async Task<Joining> Join(string code, long person, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if ((await transaction.Query(
            "select id from accounts.people where id = $1 and erased_at is null for share", row => row.GetInt64(0), cancel,
            new NpgsqlParameter { Value = person })).Count == 0)
            return Joining.UnknownPerson;
        await Lock(transaction, cancel);
        if (await Find(transaction, code, cancel) is not { } group)
            return Joining.UnknownGroup;
        if (await Add(transaction, [(group.Id, person)], cancel) == 0)
            return Joining.AlreadyIn;
        var (isTooMany, ofPerson) = await Excess(transaction, [person], cancel);
        if (ofPerson is not null)
            return Joining.TooManyGroups;
        if (isTooMany)
            return Joining.TooManyMembers;
        await transaction.Audit(
            "customer_group.add_member", code, null, new() { ["person"] = PublicId.Format(Account.IdPrefix, person) }, cancel);
        await transaction.CommitAsync(cancel);
        return Joining.Done;
    }

    /// <summary>False when the person was not in it.</summary>
    public async Task<bool> Leave(string code, long person, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Lock(transaction, cancel);
        if (await Find(transaction, code, cancel) is not { } group
            || await Remove(transaction, [(group.Id, person)], cancel) == 0)
            return false;
        await transaction.Audit(
            "customer_group.remove_member", code, new() { ["person"] = PublicId.Format(Account.IdPrefix, person) }, null, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Of an erasure: the person's row is locked.</summary>
    public static async Task LeaveAll(NpgsqlTransaction transaction, long person, CancellationToken cancel)
    {
        if (await transaction.Execute(
            "delete from accounts.group_members where person_id = $1", cancel, new NpgsqlParameter { Value = person }) > 0)
            await Lock(transaction, cancel);
    }

    /// <summary>For nobody else to change groups until the transaction ends; what is remembered elsewhere is old then.</summary>
    public static Task Lock(NpgsqlTransaction transaction, CancellationToken cancel) =>
        transaction.Execute("update accounts.group_state set version = version + 1", cancel);

    public static async Task<CustomerGroup?> Find(NpgsqlTransaction transaction, string code, CancellationToken cancel) =>
        (await transaction.Query($"{Select} where g.code = $1", Read, cancel, new NpgsqlParameter { Value = code }))
        .FirstOrDefault();

    /// <summary>How many were not in.</summary>
    public Task<int> Add(
        NpgsqlTransaction transaction, IReadOnlyList<(long Group, long Person)> members, CancellationToken cancel) =>
        transaction.Execute(
            """
            insert into accounts.group_members (group_id, person_id, added_at)
            select i.group_id, i.person_id, $3 from unnest($1, $2) as i (group_id, person_id)
            on conflict do nothing
            """,
            cancel, new() { Value = members.Select(member => member.Group).ToArray() },
            new() { Value = members.Select(member => member.Person).ToArray() }, new() { Value = clock.GetUtcNow() });

    /// <summary>How many were in.</summary>
    public static Task<int> Remove(
        NpgsqlTransaction transaction, IReadOnlyList<(long Group, long Person)> members, CancellationToken cancel) =>
        transaction.Execute(
            """
            delete from accounts.group_members m using unnest($1, $2) as i (group_id, person_id)
            where m.group_id = i.group_id and m.person_id = i.person_id
            """,
            cancel, new() { Value = members.Select(member => member.Group).ToArray() },
            new() { Value = members.Select(member => member.Person).ToArray() });

    /// <summary>Whether more are in groups than may be, and who of these is in too many.</summary>
    public static async Task<(bool IsTooMany, long? Person)> Excess(
        NpgsqlTransaction transaction, long[] people, CancellationToken cancel)
    {
        var tooMany = await transaction.Query(
            """
            select person_id from accounts.group_members
            where person_id = any($1) group by person_id having count(*) > $2 limit 1
            """,
            row => row.GetInt64(0), cancel, new() { Value = people }, new() { Value = CustomerGroup.PerPersonMax });
        var all = await transaction.Query("select count(*) from accounts.group_members", row => row.GetInt64(0), cancel);
        return (all.Single() > CustomerGroup.MembersMax, tooMany is [var person] ? person : null);
    }

    private static CustomerGroup Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
        row.GetFieldValue<DateTimeOffset>(5));

    private static GroupMember ReadMember(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3));
}
