using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Notices;

/// <summary>Notices are letters: nothing of them is needed when their reader is gone.</summary>
internal sealed class ForgetOnPersonErased : IConsumer<PersonErased>
{
    public Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        NoticeStore.Erase(transaction, message.Person, message.At, cancel);
}
