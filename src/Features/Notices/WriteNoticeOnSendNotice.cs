using Doorbuster.Contracts.Notices;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Notices;

internal sealed class WriteNoticeOnSendNotice(NoticeWriter writer) : IConsumer<SendNotice>
{
    public Task Consume(SendNotice message, NpgsqlTransaction transaction, CancellationToken cancel) => writer.Write(
        transaction,
        [new(message.Person, message.Key, message.Kind, message.Title, message.Text, message.Path)], cancel);
}
