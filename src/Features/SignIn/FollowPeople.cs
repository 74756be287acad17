using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Npgsql;

namespace Doorbuster.SignIn;

/// <summary>A zone that was chosen today counts from tonight, not from the night after the next visit.</summary>
internal sealed class NoteZoneOnPersonChanged(PersonZones zones, TimeProvider clock) : IConsumer<PersonChanged>
{
    private const string ProfilePart = "profile";

    public async Task Consume(PersonChanged message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        if (message.Part != ProfilePart)
            return;
        foreach (var person in message.People)
            await zones.Of(person, clock.GetUtcNow(), cancel);
    }
}

/// <summary>The dates go; the books keep their sums under a number that names nobody, and the claims that it is used up.</summary>
internal sealed class ForgetDaysOnPersonErased(Calendar calendar) : IConsumer<PersonErased>
{
    public async Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var gone = await transaction.Query(
            "delete from sign_in.days where person = $1 returning day", row => row.GetFieldValue<DateOnly>(0), cancel,
            new NpgsqlParameter { Value = message.Person });
        await transaction.Execute(
            "delete from sign_in.zones where person = $1", cancel, new NpgsqlParameter { Value = message.Person });
        await calendar.Remove(message.Person, gone);
    }
}
