using System.Text.Json;
using Doorbuster.Contracts.People;

namespace Doorbuster.Notices;

/// <summary>How many are unread, and the newest few.</summary>
internal sealed class NoticesOverview(NoticeStore store) : IOverviewPart
{
    private const int NewestShown = 3;

    public string Name => NoticeWriter.Part;

    public async Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel)
    {
        var unread = store.CountUnread(person, cancel);
        var newest = await store.List(person, long.MaxValue, unreadOnly: false, NewestShown, cancel);
        return JsonSerializer.SerializeToUtf8Bytes(
            new NoticesOverviewView(await unread, [.. newest.Select(NoticeView.Of)]),
            NoticesJson.Default.NoticesOverviewView);
    }
}

/// <summary>All a person was told, the newest 10,000.</summary>
internal sealed class NoticesOfPerson(NoticeStore store) : IPersonalData
{
    private const int CountMax = 10_000;

    public string Name => NoticeWriter.Part;

    public async Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel)
    {
        var notices = await store.List(person, long.MaxValue, unreadOnly: false, CountMax, cancel);
        return JsonSerializer.SerializeToUtf8Bytes(
            [.. notices.Select(NoticeView.Of)], NoticesJson.Default.ListNoticeView);
    }
}
