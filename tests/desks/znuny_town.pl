# The desk of the tests in Znuny: agents, queues, a customer, the fields that netdiag fills.
use strict; use warnings;
my $Home; BEGIN { $Home = shift @ARGV }
use lib $Home, "$Home/Kernel/cpan-lib", "$Home/Custom";
use Kernel::System::ObjectManager;
local $Kernel::OM = Kernel::System::ObjectManager->new;
my %By = ( ValidID => 1, UserID => 1, ChangeUserID => 1 );
$Kernel::OM->Get('Kernel::System::SystemAddress')->SystemAddressUpdate( %By, ID => 1, Name => 'desk@isp.test',
    Realname => 'Desk', QueueID => 1 ) or die 'no address';
my $Group = $Kernel::OM->Get('Kernel::System::Group');
for my $Name (qw(netdiag anna)) {
    my $ID = $Kernel::OM->Get('Kernel::System::User')->UserAdd( %By,
        UserFirstname => $Name, UserLastname => 'of the desk', UserLogin => $Name,
        UserPw => "$Name-password", UserEmail => "$Name\@isp.test" ) or die "no agent $Name";
    $Group->PermissionGroupUserAdd( %By, GID => $Group->GroupLookup( Group => 'users' ), UID => $ID,
        Permission => { rw => 1, ro => 1, move_into => 1, create => 1, note => 1, owner => 1, priority => 1 } )
        or die "no rights for $Name";
}
for my $Name (qw(helpdesk field noc lead)) {
    $Kernel::OM->Get('Kernel::System::Queue')->QueueAdd( %By, Name => $Name, GroupID => 1,
        SystemAddressID => 1, SalutationID => 1, SignatureID => 1, FollowUpID => 1 ) or die "no queue $Name";
}
$Kernel::OM->Get('Kernel::System::CustomerUser')->CustomerUserAdd( %By, Source => 'CustomerUser',
    UserFirstname => 'Home', UserLastname => '210', UserCustomerID => '100210', UserLogin => 'home210',
    UserEmail => 'home210@isp.test' ) or die 'no customer';
my $Order = 100;
for my $Field ( map { [ $_, 'Text' ] } qw(Subscriber Fault Side Diagnosis Outage) ) {
    $Kernel::OM->Get('Kernel::System::DynamicField')->DynamicFieldAdd( %By, Name => $Field->[0],
        Label => $Field->[0], FieldOrder => $Order++, FieldType => $Field->[1], ObjectType => 'Ticket',
        Config => { DefaultValue => '' } ) or die "no field $Field->[0]";
}
$Kernel::OM->Get('Kernel::System::DynamicField')->DynamicFieldAdd( %By, Name => 'Due', Label => 'Due',
    FieldOrder => $Order, FieldType => 'DateTime', ObjectType => 'Ticket',
    Config => { DefaultValue => 0, YearsPeriod => 0 } ) or die 'no field Due';
