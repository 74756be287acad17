using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Notices;

/// <summary>Writes notices in the caller's transaction; what a person was told already is not told again.</summary>
internal sealed class NoticeWriter(Ids ids, IOptions<NoticesOptions> options, TimeProvider clock)
{
    public const string Part = "notices";

    public async Task Write(
        NpgsqlTransaction transaction, IReadOnlyList<NewNotice> notices, CancellationToken cancel)
    {
        if (notices.Count == 0)
            return;
        var mail = options.Value.Smtp is null ? MailState.KeptHere : MailState.Waiting;
        var people = await NoticeStore.Insert(
            transaction, [.. notices.Select(notice => (ids.NextFor(notice.Person), notice.Tidy()))], mail,
            clock.GetUtcNow(), cancel);
        if (people.Length > 0)
            await transaction.Publish(new PersonChanged { People = people, Part = Part }, cancel);
    }
}
