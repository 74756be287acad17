using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.People;
using Doorbuster.Platform.Messaging;
using Npgsql;

namespace Doorbuster.Coupons;

/// <summary>Writes the coupons of claims, all of a message in one statement.</summary>
internal sealed class WriteCouponsOnClaimsMade : IConsumer<ClaimsMade>
{
    public bool Concerns(ClaimsMade message) => message.Kind == CouponTemplate.PoolKind;

    public async Task Consume(ClaimsMade message, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        DateTimeOffset[] madeAt = [.. message.Ids.Select(_ => message.MadeAt)];
        await CouponStore.Write(transaction, message.Pool, message.Ids, message.People, madeAt, cancel);
        await transaction.Publish(
            new PersonChanged { People = [.. message.People.Distinct()], Part = CouponStore.PartName }, cancel);
    }
}
