using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.SignIn;

/// <summary>When the points of sign-ins run out.</summary>
internal sealed class PointsStore([FromKeyedServices(SignInFeature.SchemaName)] NpgsqlDataSource db)
{
    /// <summary>A person's lots whose expiry is still to come, the first to go first.</summary>
    public Task<List<PointsExpiry>> Lots(long person, CancellationToken cancel) => db.Query(
        """
        select expires_on, sum(points)::bigint from sign_in.days
        where person = $1 and not is_settled and points > 0
        group by expires_on order by expires_on
        """,
        row => new PointsExpiry(row.GetFieldValue<DateOnly>(0), row.GetInt64(1)), cancel,
        new NpgsqlParameter { Value = person });

    /// <summary>People with lots that are due and not looked after.</summary>
    public Task<List<long>> Due(DateOnly today, int count, CancellationToken cancel) => db.Query(
        "select distinct person from sign_in.days where expires_on <= $1 and not is_settled limit $2",
        row => row.GetInt64(0), cancel, new() { Value = today }, new() { Value = count });

    public Task<int> Settle(long person, DateOnly today, CancellationToken cancel) => db.Execute(
        "update sign_in.days set is_settled = true where person = $1 and expires_on <= $2 and not is_settled", cancel,
        new() { Value = person }, new() { Value = today });
}
