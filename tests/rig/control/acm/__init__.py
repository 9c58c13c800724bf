"""Certificate Manager as AWS answers it where moto's differs: the chain as imported, and certificates in use."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import moto.acm.models
from moto.acm.exceptions import AWSValidationException
from moto.acm.models import AWS_ROOT_CA, AWSCertificateManagerBackend, CertBundle, acm_backends
from moto.core.exceptions import AWSError
from moto.elbv2.models import elbv2_backends

from rig.control import clock
from rig.control.settings import Settings
from rig.world import Certificate

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class ResourceInUseException(AWSError):
    TYPE = "ResourceInUseException"


class CertificateManager(AWSCertificateManagerBackend):
    """moto's backend, with the chain and the users of a certificate as they are."""

    def import_certificate(
        self, certificate: bytes, private_key: bytes, chain: bytes | None, arn: str | None, tags: list[dict[str, str]]
    ) -> str:
        """A certificate that is imported again keeps its tags, and takes none.

        https://docs.aws.amazon.com/acm/latest/userguide/import-reimport.html
        """
        if arn and tags:
            raise AWSValidationException("Tagging is not permitted on re-import.")
        before = self._certificates.get(arn)
        imported = super().import_certificate(certificate, private_key, chain, arn, tags)
        # In the cloud's time, by which people tell which of two is older.
        self._certificates[imported].created_at = datetime.fromtimestamp(clock.wall(), UTC).replace(tzinfo=None)
        if before:
            self._certificates[imported].tags = before.tags
        return imported

    def get_certificate(self, arn: str) -> CertBundle:
        bundle = super().get_certificate(arn)
        # moto ends every chain with Amazon's root. AWS hands back what was imported, and who compares
        # the two would import again and again.
        # https://docs.aws.amazon.com/acm/latest/APIReference/API_GetCertificate.html
        if bundle.type == "IMPORTED":
            bundle.chain = bundle.chain.replace(AWS_ROOT_CA, b"").strip()
        bundle.in_use_by = users(self.account_id, self.region_name, arn)
        return bundle

    def delete_certificate(self, arn: str) -> None:
        if self.get_certificate(arn).in_use_by:
            raise ResourceInUseException(f"Certificate {arn} in account {self.account_id} is in use.")
        super().delete_certificate(arn)


CertificateManager.__module__ = "moto.acm.models"  # moto finds a backend's urls by its module


def install(_settings: Settings) -> None:
    moto.acm.models.acm_backends.backend = CertificateManager


def users(account_id: str, region: str, arn: str) -> list[str]:
    """The load balancers with a listener that presents the certificate."""
    balancers = elbv2_backends[account_id][region].load_balancers.values()
    return [
        balancer.arn
        for balancer in balancers
        if any(arn in listener.certificates for listener in balancer.listeners.values())
    ]


def certificate(account_id: str, region: str, arn: str) -> Certificate | None:
    """The certificate with its key, or None when it is gone."""
    bundle = acm_backends[account_id][region]._certificates.get(arn)
    if bundle is None:
        return None
    chain = [pem for pem in _PEM.findall(bundle.chain) if pem not in AWS_ROOT_CA]
    names = dict.fromkeys([*bundle.sans, *([bundle.common_name] if bundle.common_name else [])])
    return Certificate(
        arn=arn,
        chain_pem=b"\n".join([bundle.cert.strip(), *chain, b""]).decode(),
        key_pem=bundle.key.decode(),
        names=tuple(names),
    )
