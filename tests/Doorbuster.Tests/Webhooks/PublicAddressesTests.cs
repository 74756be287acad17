using System.Net;
using Doorbuster.Webhooks;

namespace Doorbuster.Tests.Webhooks;

public sealed class PublicAddressesTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void The_internet_is_public(string address) => Assert.True(PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:1::")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public void Our_own_network_is_not(string address) => Assert.False(PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://hooks.example.com/shop?x=1", true)]
    [InlineData("https://8.8.8.8/", true)]
    [InlineData("http://hooks.example.com/", false)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://shop.localhost/", false)]
    [InlineData("https://postgres/", false)]
    [InlineData("https://127.0.0.1/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("https://0x7f.1/", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[::ffff:10.0.0.1]/", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://user:pw@hooks.example.com/", false)]
    [InlineData("https://hooks.example.com/#x", false)]
    [InlineData("ftp://hooks.example.com/", false)]
    [InlineData("hooks.example.com", false)]
    [InlineData("", false)]
    public void An_address_is_judged_when_it_is_registered(string url, bool isGood) =>
        Assert.Equal(isGood, CreateEndpoint.Judge(url, new WebhooksOptions(), out _) is null);

    [Fact]
    public async Task A_name_that_leads_inside_is_refused_when_it_is_called() =>
        await Assert.ThrowsAsync<HttpRequestException>(async () =>
            await PublicAddresses.Connect(new DnsEndPoint("localhost", 1), allowPrivate: false, default));
}
