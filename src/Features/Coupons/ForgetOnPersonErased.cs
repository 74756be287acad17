using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Coupons;

/// <summary>Takes the person's name off their coupons and codes; how many there were stays.</summary>
internal sealed class ForgetOnPersonErased : IConsumer<PersonErased>
{
    public Task Consume(PersonErased message, NpgsqlTransaction transaction, CancellationToken cancel) =>
        CouponStore.Forget(transaction, message.Person, cancel);
}
