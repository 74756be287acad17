using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Tests.Platform;

public sealed class RoleTests
{
    [Theory]
    [InlineData("all", true)]
    [InlineData("worker", true)]
    [InlineData("shop", false)]
    [InlineData("sale", false)]
    public void A_role_has_every_consumer_or_none(string role, bool has)
    {
        var services = new ServiceCollection();

        services.AddConsumers(Features.All, Roles.Named(role));

        Assert.Equal(has, services.Any(service => service.ServiceType == typeof(Subscription)));
    }

    [Fact]
    public void A_role_with_some_of_the_consumers_is_refused() =>
        Assert.Throws<InvalidOperationException>(() =>
            new ServiceCollection().AddConsumers(Features.All, new Role("half", ("orders", Work.All))));
}
