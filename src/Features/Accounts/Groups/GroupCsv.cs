using System.Runtime.CompilerServices;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Accounts;

internal sealed record GroupReport(int GroupsAdded, int GroupsRenamed, int PutIn, int TakenOut);

/// <summary>Groups and who is in them as a file, by code and e-mail address: all of it is good and is written, or nothing is. What
/// is not in the file stays.</summary>
internal sealed class GroupCsv(
    [FromKeyedServices(AccountsFeature.SchemaName)] NpgsqlDataSource db, GroupStore store)
{
    /// <summary>Without an address the row is of the group alone. <c>in_group</c>: <c>no</c> takes the person out.</summary>
    public static readonly string[] Header = ["code", "name", "email", "in_group"];

    private static readonly string[] Needed = ["code"];

    private const int RowsMax = CustomerGroup.GroupsMax + CustomerGroup.MembersMax;
    private const int PageMax = 5_000;

    public async IAsyncEnumerable<string[]> Rows([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var group in await store.List(null, "", CustomerGroup.GroupsMax, cancel))
        {
            yield return [group.Code, group.Name, "", ""];
            var after = 0L;
            while (await store.ListMembers(group.Id, after, PageMax, cancel) is { Count: > 0 } members)
            {
                foreach (var member in members)
                    yield return [group.Code, group.Name, member.Email, "yes"];
                after = members[^1].Person;
            }
        }
    }

    /// <exception cref="FormatException">Says which line is wrong.</exception>
    public async Task<GroupReport> Import(TextReader text, CancellationToken cancel)
    {
        var names = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        var wanted = new Dictionary<(string Code, string Email), (bool IsIn, int Line)>();
        await foreach (var (line, fields) in CsvImport.Rows(text, Header, Needed, [], RowsMax, cancel))
        {
            var (code, name) = (Field("code"), CsvExport.Typed(Field("name")));
            if (!ManageGroups.IsCode(code))
                throw new FormatException($"line {line}: '{code}' is no code of a group.");
            if (name.Length > CustomerGroup.NameMax || name.Any(char.IsControl))
                throw new FormatException($"line {line}: the name must be at most {CustomerGroup.NameMax} characters.");
            if (names.TryGetValue(code, out var earlier) && name.Length > 0 && earlier is not null && earlier != name)
                throw new FormatException($"line {line}: '{code}' has another name above.");
            names[code] = name.Length > 0 ? name : earlier;
            bool? isIn = Field("in_group") switch { "" or "yes" => true, "no" => false, _ => null };
            if (isIn is null)
                throw new FormatException($"line {line}: in_group must be yes or no.");
            if (CsvExport.Typed(Field("email")) is { Length: > 0 } email
                && !wanted.TryAdd((code, Account.KeyOf(email)), (isIn.Value, line)))
                throw new FormatException($"line {line} repeats {email} in {code}.");

            string Field(string column) => fields.GetValueOrDefault(column, "");
        }
        return await Write(names, wanted, cancel);
    }

    private async Task<GroupReport> Write(
        SortedDictionary<string, string?> names, Dictionary<(string Code, string Email), (bool IsIn, int Line)> wanted,
        CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var people = (await transaction.Query(
            """
            select email_key, id from accounts.people where email_key = any($1) and erased_at is null order by id for share
            """,
            row => (row.GetString(0), row.GetInt64(1)), cancel,
            new NpgsqlParameter { Value = wanted.Keys.Select(key => key.Email).Distinct().ToArray() }))
            .ToDictionary(person => person.Item1, person => person.Item2);
        foreach (var ((_, email), (_, line)) in wanted)
            if (!people.ContainsKey(email))
                throw new FormatException($"line {line}: nobody has an account with the address {email}.");

        await GroupStore.Lock(transaction, cancel);
        var (groups, added, renamed) = (new Dictionary<string, long>(), 0, 0);
        foreach (var (code, name) in names)
        {
            if (await GroupStore.Find(transaction, code, cancel) is not { } there)
            {
                if (!await GroupStore.HasRoom(transaction, cancel))
                    throw new FormatException($"the shop would have more than {CustomerGroup.GroupsMax} groups.");
                groups[code] = (await store.Add(transaction, code, name ?? code, cancel))!.Id;
                added++;
                continue;
            }
            groups[code] = there.Id;
            if (name is null || name == there.Name)
                continue;
            await GroupStore.Rename(transaction, there, name, cancel);
            renamed++;
        }

        var (putIn, takenOut) = (0, 0);
        foreach (var group in wanted.GroupBy(one => one.Key.Code))
        {
            var into = group.Where(one => one.Value.IsIn).Select(one => (groups[group.Key], people[one.Key.Email])).ToList();
            var outOf = group.Where(one => !one.Value.IsIn).Select(one => (groups[group.Key], people[one.Key.Email])).ToList();
            var (joined, left) =
                (await store.Add(transaction, into, cancel), await GroupStore.Remove(transaction, outOf, cancel));
            if (joined + left > 0)
                await transaction.Audit(
                    "customer_group.import", group.Key, null, new() { ["putIn"] = joined, ["takenOut"] = left }, cancel);
            (putIn, takenOut) = (putIn + joined, takenOut + left);
        }
        var (isTooMany, person) = await GroupStore.Excess(transaction, [.. people.Values], cancel);
        if (person is { } crowded)
            throw new FormatException(
                $"{people.First(known => known.Value == crowded).Key} would be in more than {CustomerGroup.PerPersonMax} groups.");
        if (isTooMany)
            throw new FormatException($"more than {CustomerGroup.MembersMax:N0} people would be in groups.");
        if (added + renamed + putIn + takenOut > 0)
            await transaction.CommitAsync(cancel);
        return new(added, renamed, putIn, takenOut);
    }
}
